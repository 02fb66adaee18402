import { judge } from "../../../../tools/operate/review/gate";
import type { Json } from "../../../../tools/shared/json";
import { GUARDS, WEAKENINGS } from "../../../../tools/operate/review/weakenings";
import { configurationOf, planOf, resource } from "./plan";

const noncurrent = (...days: number[]): Json => ({
  rule: days.map((count) => ({ status: "Enabled", noncurrent_version_expiration: [{ noncurrent_days: count }] })),
});
const expiring = (expiration: Json, status = "Enabled"): Json => ({ rule: [{ status, expiration: [expiration] }] });
const sse = (algorithm: string, key: string | null): Json => ({
  rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: algorithm, kms_master_key_id: key }] }],
});
const versioning = (status: string): Json => ({ versioning_configuration: [{ status }] });
const viewer = (policy: string): Json => ({ default_cache_behavior: [{ viewer_protocol_policy: policy }] });
const ssl = (value: string): Json => ({
  parameter: [
    { name: "timezone", value: "UTC" },
    { name: "rds.force_ssl", value },
  ],
});
const LIFECYCLE = "aws_s3_bucket_lifecycle_configuration";
const SSE = "aws_s3_bucket_server_side_encryption_configuration";

/** Type, what is weaker, and what is not: each a value before and one after. */
const ROWS: readonly [type: string, attribute: string, weaker: [Json, Json][], fine: [Json, Json][]][] = [
  [
    "aws_rds_cluster",
    "deletion_protection",
    [
      [true, false],
      [true, null],
    ],
    [
      [false, true],
      [false, false],
    ],
  ],
  ["aws_rds_cluster", "storage_encrypted", [[true, false]], [[false, true]]],
  [
    "aws_rds_cluster",
    "kms_key_id",
    [
      ["a", "b"],
      ["a", null],
    ],
    [
      ["a", "a"],
      [null, "a"],
    ],
  ],
  ["aws_rds_cluster", "db_cluster_parameter_group_name", [["shop", "default.aurora-postgresql17"]], [["shop", "shop"]]],
  [
    "aws_rds_cluster",
    "backup_retention_period",
    [
      [7, 1],
      [7, null],
    ],
    [
      [7, 35],
      [7, 7],
    ],
  ],
  [
    "aws_rds_cluster",
    "skip_final_snapshot",
    [
      [false, true],
      [null, true],
    ],
    [
      [true, false],
      [true, true],
    ],
  ],
  ["aws_rds_cluster_instance", "publicly_accessible", [[false, true]], [[true, false]]],
  ["aws_kms_key", "is_enabled", [[true, false]], [[false, true]]],
  ["aws_kms_key", "enable_key_rotation", [[true, false]], [[false, true]]],
  ["aws_kms_key", "deletion_window_in_days", [[30, 7]], [[7, 30]]],
  [
    "aws_secretsmanager_secret",
    "kms_key_id",
    [
      ["a", "b"],
      ["a", ""],
    ],
    [["", "a"]],
  ],
  [
    "aws_secretsmanager_secret",
    "recovery_window_in_days",
    [
      [30, 7],
      [30, 0],
    ],
    [[0, 30]],
  ],
  [
    "aws_secretsmanager_secret_policy",
    "block_public_policy",
    [
      [true, false],
      [true, null],
    ],
    [[null, true]],
  ],
  ["aws_s3_bucket", "force_destroy", [[false, true]], [[true, false]]],
  ["aws_s3_bucket_public_access_block", "block_public_acls", [[true, false]], [[false, true]]],
  ["aws_s3_bucket_public_access_block", "block_public_policy", [[true, false]], [[false, true]]],
  ["aws_s3_bucket_public_access_block", "ignore_public_acls", [[true, false]], [[false, true]]],
  ["aws_s3_bucket_public_access_block", "restrict_public_buckets", [[true, null]], [[false, true]]],
  [
    "aws_sns_topic",
    "kms_master_key_id",
    [
      ["a", ""],
      ["a", null],
    ],
    [
      ["a", "b"],
      ["", "a"],
    ],
  ],
  [
    "aws_cloudwatch_log_group",
    "retention_in_days",
    [
      [90, 30],
      [0, 365],
      [null, 365],
    ],
    [
      [30, 90],
      [365, 0],
      [0, 0],
    ],
  ],
  ["aws_cloudwatch_log_group", "kms_key_id", [["a", ""]], [["a", "b"]]],
  [
    "aws_lambda_permission",
    "source_arn",
    [["a", null]],
    [
      ["a", "b"],
      [null, "a"],
    ],
  ],
];

/** The same for what is in blocks: whole resources before and after. */
const NESTED: readonly [type: string, attribute: string, weaker: [Json, Json][], fine: [Json, Json][]][] = [
  [
    "aws_s3_bucket_versioning",
    "versioning_configuration.status",
    [[versioning("Enabled"), versioning("Suspended")]],
    [[versioning("Suspended"), versioning("Enabled")]],
  ],
  [
    SSE,
    "rule.apply_server_side_encryption_by_default.sse_algorithm",
    [[sse("aws:kms", null), sse("AES256", null)]],
    [[sse("AES256", null), sse("aws:kms", null)]],
  ],
  [
    SSE,
    "rule.apply_server_side_encryption_by_default.kms_master_key_id",
    [[sse("aws:kms", "a"), sse("aws:kms", "b")]],
    [[sse("aws:kms", null), sse("aws:kms", "a")]],
  ],
  [
    LIFECYCLE,
    "rule",
    [
      [noncurrent(30), noncurrent(7)],
      [noncurrent(), noncurrent(30)],
      [noncurrent(30), noncurrent(30, 7)],
      [expiring({ expired_object_delete_marker: true }), expiring({ days: 365 })],
      [expiring({ days: 365 }), expiring({ days: 30 })],
      [expiring({ days: 365 }, "Disabled"), expiring({ days: 365 })],
      [noncurrent(), expiring({ date: "2040-01-01T00:00:00Z" })],
    ],
    [
      [noncurrent(30), noncurrent(365)],
      [noncurrent(30), noncurrent()],
      [expiring({ days: 30 }), expiring({ days: 365 })],
      [expiring({ days: 30 }), expiring({ days: 7 }, "Disabled")],
      [noncurrent(), expiring({ expired_object_delete_marker: true, days: 0, date: "" })],
    ],
  ],
  [
    "aws_s3_bucket_ownership_controls",
    "rule.object_ownership",
    [[{ rule: [{ object_ownership: "BucketOwnerEnforced" }] }, { rule: [{ object_ownership: "ObjectWriter" }] }]],
    [[{ rule: [{ object_ownership: "ObjectWriter" }] }, { rule: [{ object_ownership: "BucketOwnerEnforced" }] }]],
  ],
  [
    "aws_cloudfront_distribution",
    "default_cache_behavior.viewer_protocol_policy",
    [[viewer("https-only"), viewer("allow-all")]],
    [
      [viewer("https-only"), viewer("redirect-to-https")],
      [viewer("allow-all"), viewer("https-only")],
    ],
  ],
  [
    "aws_rds_cluster_parameter_group",
    "parameter",
    [
      [ssl("1"), ssl("0")],
      [ssl("1"), { parameter: [] }],
    ],
    [[ssl("0"), ssl("1")]],
  ],
];

const CASES = [
  ...ROWS.map(([type, attribute, weaker, fine]) => {
    const whole = ([before, after]: [Json, Json]): [Json, Json] => [{ [attribute]: before }, { [attribute]: after }];
    return [type, attribute, weaker.map(whole), fine.map(whole)] as const;
  }),
  ...NESTED,
];

function lost(type: string, before: Json, after: Json): readonly string[] {
  const plan = planOf([resource(`${type}.It`, before, after)]);
  return judge({ plan, configuration: configurationOf({}), allowed: [] }).refusals.map((refusal) => refusal.lost);
}

/** The table's row for an attribute. */
function rows(type: string, attribute: string): string[] {
  return WEAKENINGS.filter((row) => row.type === type && row.attribute === attribute).map((row) => row.lost);
}

test.each(CASES)("%s: %s is refused if it is weakened, and allowed otherwise", (type, attribute, weaker, fine) => {
  for (const [before, after] of weaker) {
    expect({ before, after, lost: lost(type, before, after) }).toMatchObject({
      lost: [expect.stringMatching(new RegExp(rows(type, attribute).map(escaped).join("|")))],
    });
  }
  for (const [before, after] of fine) {
    expect({ before, after, lost: lost(type, before, after) }).toMatchObject({ lost: [] });
  }
});

function escaped(text: string): string {
  return text.replace(/[()]/g, "\\$&");
}

test("every weakening has a case here", () => {
  const tested = CASES.map(([type, attribute]) => `${type} ${attribute}`);
  expect(
    WEAKENINGS.map(({ type, attribute }) => `${type} ${attribute}`).filter((row) => !tested.includes(row)),
  ).toEqual([]);
});

describe("what protects another resource", () => {
  const own = (subject: string, of = "it"): Json => ({ [subject]: of, id: of });

  test.each(GUARDS.map((guard) => [guard.type, guard] as const))("removing %s alone is refused", (type, guard) => {
    expect(lost(type, own(guard.subject), null)).toEqual([guard.lost]);
  });

  test.each(GUARDS.map((guard) => [guard.type, guard] as const))(
    "%s may be removed with what it protects",
    (type, guard) => {
      const plan = planOf([
        resource(`${type}.It`, own(guard.subject), null),
        resource(`${guard.of}.It`, { id: "it" }, null),
      ]);
      const { refusals } = judge({ plan, configuration: configurationOf({}), allowed: [] });
      expect(refusals.map(({ address }) => address)).not.toContain(`${type}.It`);
    },
  );

  const [guard] = GUARDS;
  const subject = guard?.subject ?? "";
  const type = guard?.type ?? "";

  test.each<[string, readonly string[], Json, readonly string[], boolean]>([
    ["is forgotten, and so is what it protects", ["forget"], own(subject), ["forget"], false],
    ["is deleted, and what it protects is forgotten", ["delete"], own(subject), ["forget"], true],
    ["is deleted, and what it protects is replaced", ["delete"], own(subject), ["delete", "create"], true],
    ["is replaced with what it protects", ["delete", "create"], own(subject, "other"), ["delete", "create"], false],
    [
      "turns to another resource, and the first one stays",
      ["delete", "create"],
      own(subject, "other"),
      ["no-op"],
      true,
    ],
    ["is replaced for the same resource", ["delete", "create"], own(subject), ["no-op"], false],
  ])("%s: refused %#", (_, actions, after, fate, refused) => {
    const plan = planOf([
      resource(`${type}.It`, own(subject), actions.includes("create") ? after : null, { actions }),
      resource(`${guard?.of ?? ""}.It`, { id: "it" }, null, { actions: fate }),
    ]);
    const { refusals } = judge({ plan, configuration: configurationOf({}), allowed: [] });
    expect(refusals.some(({ address }) => address === `${type}.It`)).toBe(refused);
  });
});
