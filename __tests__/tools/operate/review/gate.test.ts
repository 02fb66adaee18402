import { PROTECTED_TYPES } from "../../../../src/terraform/protection";
import { judge, type GateVerdict } from "../../../../tools/operate/review/gate";
import type { Json } from "../../../../tools/shared/json";
import type { PlanJson, ResourceChange } from "../../../../tools/shared/terraform/plan-json";
import { configurationOf, planOf, policyText, resource } from "./plan";

const NOTHING = configurationOf({});

function verdict(
  changes: readonly ResourceChange[],
  rest: Partial<PlanJson> = {},
  allowed: string[] = [],
): GateVerdict {
  return judge({ plan: planOf(changes, rest), configuration: NOTHING, allowed });
}

/** Refusals as `address: act`. */
function refused(changes: readonly ResourceChange[], rest: Partial<PlanJson> = {}): string[] {
  return verdict(changes, rest).refusals.map(({ act, address }) => `${address}: ${act}`);
}

describe("a resource with data or identity", () => {
  test.each(Object.entries(PROTECTED_TYPES))("%s may not be deleted, replaced or forgotten", (type, lost) => {
    for (const actions of [["delete"], ["delete", "create"], ["create", "delete"], ["forget"], ["create", "forget"]]) {
      const change = resource(`${type}.It`, { id: "it" }, actions.includes("create") ? { id: "it" } : null, {
        actions,
      });
      expect(verdict([change]).refusals).toMatchObject([{ address: `${type}.It`, lost, byTerraform: false }]);
    }
  });

  test.each(Object.keys(PROTECTED_TYPES))("%s may be created, changed, imported and left alone", (type) => {
    expect(
      refused([
        resource(`${type}.Made`, null, { id: "it" }),
        resource(`${type}.Changed`, { tags: {} }, { tags: { A: "1" } }),
        resource(`${type}.Adopted`, { id: "it" }, { id: "it" }, { actions: ["no-op"], importing: { id: "it" } }),
        resource(
          `${type}.Renamed`,
          { id: "it" },
          { id: "it" },
          { actions: ["no-op"], previous_address: `${type}.Old` },
        ),
        resource(`${type}.Still`, { id: "it" }, { id: "it" }, { actions: ["no-op"] }),
      ]),
    ).toEqual([]);
  });

  test.each([
    ["aws_secretsmanager_secret_version.Database", "a secret's version, which is how a rotation looks"],
    ["aws_api_gateway_deployment.Api", "a deployment"],
    ["data.aws_s3_bucket.Other", "a data source"],
  ])("%s may be replaced: %s", (address) => {
    const mode = address.startsWith("data.") ? "data" : "managed";
    expect(refused([resource(address, { id: "a" }, { id: "b" }, { actions: ["delete", "create"], mode })])).toEqual([]);
  });
});

describe("an attribute that is known only after the apply", () => {
  test.each<[string, Json, Json, string[]]>([
    [
      "is refused where it protects",
      { kms_key_id: "a" },
      { kms_key_id: true },
      ["kms_key_id known only after the apply"],
    ],
    ["is allowed where nothing was set before", { kms_key_id: null }, { kms_key_id: true }, []],
    ["is allowed where it protects nothing", { kms_key_id: "a" }, { description: true }, []],
  ])("%s", (_, before, unknown, acts) => {
    const after = (unknown as { kms_key_id?: true }).kms_key_id ? {} : before;
    const { refusals } = verdict([resource("aws_secretsmanager_secret.It", before, after, { unknown })]);
    expect(refusals.map(({ act }) => act)).toEqual(acts);
  });
});

describe("a weakening", () => {
  const cluster = (after: Json, sensitive: Json = {}): readonly string[] =>
    verdict([
      resource("aws_rds_cluster.It", { backup_retention_period: 7 }, after, { sensitive: [{}, sensitive] }),
    ]).refusals.map(({ act }) => act);

  test("shows the old value and the new one", () => {
    expect(cluster({ backup_retention_period: 1 })).toEqual(["backup_retention_period: 7 → 1"]);
    expect(cluster({ backup_retention_period: null })).toEqual(["backup_retention_period: 7 → not set"]);
  });

  test("of a sensitive value hides it", () => {
    const acts = cluster({ backup_retention_period: 1 }, { backup_retention_period: true });
    expect(acts).toEqual(["backup_retention_period weakened"]);
  });

  test("is allowed in a new resource", () => {
    expect(refused([resource("aws_rds_cluster.It", null, { deletion_protection: false })])).toEqual([]);
  });
});

describe("a policy", () => {
  const allow = { Sid: "Read", Effect: "Allow", Principal: { AWS: "arn:aws:iam::1:root" }, Action: "a:Read" };
  const deny = { Sid: "Tls", Effect: "Deny", Principal: "*", Action: "a:*" };
  const before = policyText(allow, deny);

  const TYPES = [
    "aws_kms_key",
    "aws_kms_key_policy",
    "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_policy",
    "aws_sns_topic",
    "aws_sns_topic_policy",
    "aws_s3_bucket",
    "aws_s3_bucket_policy",
  ];

  function acts(type: string, after: string, from = before): readonly string[] {
    return verdict([resource(`${type}.It`, { policy: from }, { policy: after })]).refusals.map(({ act }) => act);
  }

  describe.each(TYPES)("of %s", (type) => {
    test.each<[string, string, string[]]>([
      ["a new Allow", policyText(allow, deny, { ...allow, Sid: "More" }), ["Allow statement More added"]],
      ["a wider Allow", policyText({ ...allow, Action: "a:*" }, deny), ["Allow statement Read changed"]],
      ["a Deny less", policyText(allow), ["Deny statement Tls removed"]],
      ["another Deny", policyText(allow, { ...deny, Action: "a:B" }), ["Deny statement Tls changed"]],
      [
        "a Deny that becomes an Allow",
        policyText(allow, { ...deny, Effect: "Allow" }),
        ["Allow statement Tls changed"],
      ],
      ["no policy", "", ["Deny statement Tls removed"]],
      ["an Allow less", policyText(deny), []],
      ["a Deny more", policyText(allow, deny, { ...deny, Sid: "More" }), []],
      ["another order", policyText(deny, allow), []],
    ])("%s", (_, after, expected) => {
      expect(acts(type, after)).toEqual(expected);
    });
  });

  test("where there was none opens access", () => {
    expect(acts("aws_s3_bucket_policy", policyText(allow), "")).toEqual(["Allow statement Read added"]);
  });

  test("of another type is ignored", () => {
    expect(acts("aws_iam_role", policyText({ ...allow, Action: "*" }))).toEqual([]);
  });

  test("shows what changes, and hides it where it is sensitive", () => {
    const after = { policy: policyText(allow, deny, { ...allow, Sid: "More" }) };
    const open = verdict([resource("aws_kms_key.It", { policy: before }, after)]).refusals[0]?.lost;
    const masked = verdict([
      resource("aws_kms_key.It", { policy: before }, after, { sensitive: [{}, { policy: true }] }),
    ]).refusals[0]?.lost;
    expect(open).toBe(
      "control of who uses the key: + Action a:Read; + Effect Allow; + Principal AWS: arn:aws:iam::1:root",
    );
    expect(masked).toBe("control of who uses the key: (sensitive)");
  });

  describe("that is new", () => {
    const bucket = resource("aws_s3_bucket.Images", null, { bucket: "images" });
    const made = (policy: string | undefined): ResourceChange =>
      policy === undefined
        ? resource("aws_s3_bucket_policy.Images", null, {}, { unknown: { policy: true } })
        : resource("aws_s3_bucket_policy.Images", null, { policy });
    const refersTo = (address: string): Partial<PlanJson> => ({
      configuration: {
        root_module: {
          resources: [
            {
              address: "aws_s3_bucket_policy.Images",
              expressions: { bucket: { references: [`${address}.id`, address] }, policy: {} },
            },
          ],
        },
      },
    });
    const everyone = policyText({ ...allow, Principal: "*" });

    test.each<[string, readonly ResourceChange[], string, string[]]>([
      ["with its bucket may allow", [bucket, made(policyText(allow))], "aws_s3_bucket.Images", []],
      ["with its bucket may be unknown", [bucket, made(undefined)], "aws_s3_bucket.Images", []],
      [
        "with its bucket may not allow everyone",
        [bucket, made(everyone)],
        "aws_s3_bucket.Images",
        ["Allow statement Read added"],
      ],
      [
        "for an existing bucket may not allow",
        [bucket, made(policyText(allow))],
        "aws_s3_bucket.Other",
        ["Allow statement Read added"],
      ],
      [
        "for an existing bucket may not be unknown",
        [made(undefined)],
        "aws_s3_bucket.Images",
        ["policy known only after the apply"],
      ],
      ["for an existing bucket may deny", [made(policyText(deny))], "aws_s3_bucket.Images", []],
    ])("%s", (_, changes, references, expected) => {
      expect(verdict(changes, refersTo(references)).refusals.map(({ act }) => act)).toEqual(expected);
    });
  });

  test("that becomes unknown is refused", () => {
    expect(refused([resource("aws_kms_key.It", { policy: before }, {}, { unknown: { policy: true } })])).toEqual([
      "aws_kms_key.It: policy known only after the apply",
    ]);
  });
});

test("access for everyone is refused, and taking it away is allowed", () => {
  const rule = (cidr: string): Json => ({ ip_protocol: "tcp", from_port: 22, to_port: 22, cidr_ipv4: cidr });
  const address = "aws_vpc_security_group_ingress_rule.It";
  expect(refused([resource(address, rule("10.0.0.0/16"), rule("0.0.0.0/0"))])).toEqual([
    `${address}: opened to 0.0.0.0/0 (tcp 22)`,
  ]);
  expect(refused([resource(address, rule("0.0.0.0/0"), rule("10.0.0.0/16"))])).toEqual([]);
});

describe("the protection switch", () => {
  const bucket = { address: "aws_s3_bucket.It", type: "aws_s3_bucket", values: {} };
  const route = { address: "aws_route.It", type: "aws_route", values: {} };
  const standing = (deletionProtection: boolean): Partial<PlanJson> => ({
    prior_state: {
      values: {
        root_module: {
          resources: [
            {
              address: "aws_rds_cluster.It",
              type: "aws_rds_cluster",
              values: { deletion_protection: deletionProtection },
            },
            bucket,
            route,
          ],
        },
      },
    },
  });
  const guarded = { lifecycle: { prevent_destroy: true } };

  test.each<[string, boolean, Record<string, Json>, string[]]>([
    ["stays on", true, { "aws_rds_cluster.It": guarded, "aws_s3_bucket.It": guarded, "aws_route.It": {} }, []],
    [
      "is turned off for one",
      true,
      { "aws_rds_cluster.It": guarded, "aws_s3_bucket.It": {}, "aws_route.It": {} },
      ["aws_s3_bucket.It"],
    ],
    [
      "is turned off for all",
      true,
      { "aws_rds_cluster.It": {}, "aws_s3_bucket.It": { lifecycle: { prevent_destroy: false } } },
      ["aws_rds_cluster.It", "aws_s3_bucket.It"],
    ],
    ["was never on", false, { "aws_rds_cluster.It": {}, "aws_s3_bucket.It": {} }, []],
  ])("%s", (_, protectedBefore, configuration, expected) => {
    const { refusals } = judge({
      plan: planOf([], standing(protectedBefore)),
      configuration: configurationOf(configuration),
      allowed: [],
    });
    expect(refusals.map(({ address }) => address)).toEqual(expected);
    expect(refusals.every(({ act }) => act === "prevent_destroy removed")).toBe(true);
  });
});

describe("what is allowed by name", () => {
  const gone = (name: string): ResourceChange => resource(`aws_s3_bucket.${name}`, { id: name }, null);

  test("is not refused but kept in the verdict, and nothing else is allowed with it", () => {
    const { refusals, allowed, unused } = verdict([gone("A"), gone("B")], {}, ["aws_s3_bucket.A"]);
    expect(refusals.map(({ address }) => address)).toEqual(["aws_s3_bucket.B"]);
    expect(allowed.map(({ address }) => address)).toEqual(["aws_s3_bucket.A"]);
    expect(unused).toEqual([]);
  });

  test("covers every refusal of its address", () => {
    const before = { deletion_protection: true, backup_retention_period: 7 };
    const after = { deletion_protection: false, backup_retention_period: 1 };
    const { refusals, allowed } = verdict([resource("aws_rds_cluster.It", before, after)], {}, ["aws_rds_cluster.It"]);
    expect([refusals.length, allowed.length]).toEqual([0, 2]);
  });

  test("is reported if there is nothing to refuse", () => {
    const addresses = ["aws_s3_bucket.A", "aws_s3_bucket.Typo"];
    expect(verdict([gone("A")], {}, addresses).unused).toEqual(["aws_s3_bucket.Typo"]);
  });

  test("is not a pattern: a part of an address allows nothing", () => {
    expect(verdict([gone("A")], {}, ["aws_s3_bucket", "aws_s3_bucket.*"]).refusals).toHaveLength(1);
  });

  test("does not help where Terraform itself refuses", () => {
    const address = "aws_s3_bucket.A";
    const { refusals, allowed } = judge({
      plan: planOf([gone("A")], { errored: true }),
      configuration: configurationOf({ [address]: { lifecycle: { prevent_destroy: true } } }),
      allowed: [address],
    });
    expect(refusals).toMatchObject([{ address, byTerraform: true }]);
    expect(allowed).toEqual([]);
  });
});

describe("Terraform itself refuses", () => {
  const guarded = { lifecycle: { prevent_destroy: true } };
  const bucket = "aws_s3_bucket.It";

  test.each<[string, Record<string, Json>, boolean, ResourceChange, boolean]>([
    ["what has prevent_destroy", { [bucket]: guarded }, true, resource(bucket, { id: "it" }, null), true],
    ["nothing if planning went well", { [bucket]: guarded }, false, resource(bucket, { id: "it" }, null), false],
    ["nothing without prevent_destroy", { [bucket]: {} }, true, resource(bucket, { id: "it" }, null), false],
    ["nothing that is gone from the configuration", {}, true, resource(bucket, { id: "it" }, null), false],
    [
      "no weakening",
      { [bucket]: guarded },
      true,
      resource(bucket, { force_destroy: false }, { force_destroy: true }),
      false,
    ],
  ])("%s", (_, configuration, errored, change, expected) => {
    const { refusals } = judge({
      plan: planOf([change], { errored }),
      configuration: configurationOf(configuration),
      allowed: [],
    });
    expect(refusals.map(({ byTerraform }) => byTerraform)).toEqual([expected]);
  });
});
