import { judge } from "../../../../tools/operate/review/gate";
import type { Json } from "../../../../tools/shared/json";
import type { PlanJson, ResourceChange } from "../../../../tools/shared/terraform/plan-json";
import { planOf, resource } from "./plan";

/** What a lifecycle rule may have in addition to its status. */
type Rule = Readonly<Record<string, Json>>;

const LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.Lifecycle";

const EVERYTHING = [{ and: [], prefix: "", tag: [] }];

function refusedActs(changes: readonly ResourceChange[], rest: Partial<PlanJson> = {}): string[] {
  const plan = planOf(changes, rest);
  return judge({ plan, configuration: { resource: {} }, allowed: [] }).refusals.map(({ act }) => act);
}

function rules(...given: readonly Rule[]): Json {
  return { bucket: "shop", rule: given.map((rule) => ({ status: "Enabled", filter: EVERYTHING, ...rule })) };
}

const expires = (days: number, rest: Rule = {}): Rule => ({ expiration: [{ days }], ...rest });

const keeps = (days: number, newer?: number): Rule => ({
  noncurrent_version_expiration: [
    { noncurrent_days: days, ...(newer !== undefined && { newer_noncurrent_versions: newer }) },
  ],
});

describe("a lifecycle", () => {
  test.each<[string, Json, Json]>([
    ["a first rule on a bucket that keeps everything", null, rules(expires(1))],
    ["a filter widened to the whole bucket", rules(expires(1, { filter: [{ prefix: "tmp/" }] })), rules(expires(1))],
    [
      "a second rule for another prefix",
      rules(expires(9, { filter: [{ prefix: "a/" }] })),
      rules(expires(9, { filter: [{ prefix: "b/" }] })),
    ],
    ["fewer days for old versions", rules(keeps(30)), rules(keeps(7))],
    ["fewer versions that are kept in any case", rules(keeps(30, 5)), rules(keeps(30, 2))],
    ["no version kept in any case", rules(keeps(30, 5)), rules(keeps(30))],
  ])("%s is refused", (_, before, after) => {
    expect(refusedActs([resource(LIFECYCLE, before, after)])).toEqual(["rule weakened"]);
  });

  test.each<[string, Json, Json]>([
    ["more days for old versions", rules(keeps(30)), rules(keeps(60))],
    [
      "a rule that is narrower than the one for everything",
      rules(expires(9)),
      rules(expires(9, { filter: [{ prefix: "a/" }] })),
    ],
    ["a rule that no longer deletes", rules(keeps(30, 5)), rules({})],
  ])("%s passes", (_, before, after) => {
    expect(refusedActs([resource(LIFECYCLE, before, after)])).toEqual([]);
  });

  test("created together with its bucket, it is allowed", () => {
    const bucket = resource("aws_s3_bucket.Shop", null, { bucket: "shop" });
    const made = resource(LIFECYCLE, null, rules(expires(1)));
    const configuration = {
      root_module: {
        resources: [{ address: LIFECYCLE, expressions: { bucket: { references: ["aws_s3_bucket.Shop"] } } }],
      },
    };
    expect(refusedActs([bucket, made], { configuration })).toEqual([]);
  });
});

test("moving the cluster to another parameter group is refused", () => {
  const before = { db_cluster_parameter_group_name: "shop" };
  const after = { db_cluster_parameter_group_name: "default.aurora-postgresql17" };
  expect(refusedActs([resource("aws_rds_cluster.Database", before, after)])).toEqual([
    'db_cluster_parameter_group_name: "shop" → "default.aurora-postgresql17"',
  ]);
});

test.each([
  ["aws:kms", "aws:kms:dsse", []],
  ["aws:kms:dsse", "aws:kms", []],
  ["aws:kms:dsse", "AES256", ["rule.apply_server_side_encryption_by_default.sse_algorithm"]],
])("encryption from %s to %s", (before, after, refused) => {
  const encryption = (algorithm: string): Json => ({
    rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: algorithm }] }],
  });
  const type = "aws_s3_bucket_server_side_encryption_configuration.Encryption";
  const acts = refusedActs([resource(type, encryption(before), encryption(after))]);
  expect(acts.map((act) => act.split(":")[0])).toEqual(refused);
});

test("an ingress rule whose range is not known yet is refused", () => {
  const rule = resource(
    "aws_vpc_security_group_ingress_rule.In",
    null,
    { ip_protocol: "tcp" },
    { unknown: { cidr_ipv4: true } },
  );
  expect(refusedActs([rule])).toEqual(["cidr_ipv4 known only after the apply"]);
});

test("an access list for everyone is refused", () => {
  const acl = (name: string): ResourceChange => resource("aws_s3_bucket_acl.Images", null, { acl: name });
  expect(refusedActs([acl("public-read")])).toEqual(["opened to acl public-read"]);
  expect(refusedActs([acl("private")])).toEqual([]);
});

test("the protection switch is noticed even after deletion protection was turned off by hand", () => {
  const state = (type: string, name: string, values: Readonly<Record<string, Json>> = {}) => ({
    address: `${type}.${name}`,
    type,
    values,
  });
  const plan = planOf([], {
    prior_state: {
      values: {
        root_module: {
          resources: [
            state("aws_rds_cluster", "Database", { deletion_protection: false }),
            state("aws_kms_key", "Key"),
          ],
        },
      },
    },
    resource_drift: [
      resource("aws_rds_cluster.Database", { deletion_protection: true }, { deletion_protection: false }),
    ],
  });
  const configuration = { resource: { aws_kms_key: { Key: {} } } };
  expect(judge({ plan, configuration, allowed: [] }).refusals).toMatchObject([
    { address: "aws_kms_key.Key", act: "prevent_destroy removed" },
  ]);
});
