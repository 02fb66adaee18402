import { isEmpty, same } from "./attribute-changes";
import type { Json } from "../../shared/json";
import { blocks, fewerVersions, livesShorter } from "./lifecycle";

/** A change of one attribute that weakens a protection. */
export interface Weakening {
  /** Terraform's resource type. */
  readonly type: string;
  /** Path of the attribute; a single block needs no index. */
  readonly attribute: string;
  /** Whether the second value protects less than the first; null means that it is not set. */
  readonly weaker: (before: Json, after: Json) => boolean;
  /** What would be lost; shown in the refusal. */
  readonly lost: string;
}

/** A resource whose only purpose is to protect another one: without it the protection is off. */
export interface Guard {
  readonly type: string;
  /** Type of the resource that it protects. */
  readonly of: string;
  /** Attribute with the id of that resource. */
  readonly subject: string;
  readonly lost: string;
}

const turnedOff = (before: Json, after: Json): boolean => before === true && after !== true;
const turnedOn = (before: Json, after: Json): boolean => before !== true && after === true;
const lowered = (before: Json, after: Json): boolean => Number(before ?? 0) > Number(after ?? 0);
const removed = (before: Json, after: Json): boolean => !isEmpty(before) && isEmpty(after);
const otherKey = (before: Json, after: Json): boolean => !isEmpty(before) && !same(before, after);
const from =
  (strong: string) =>
  (before: Json, after: Json): boolean =>
    before === strong && after !== strong;

const forever = (days: Json): Json => (isEmpty(days) || days === 0 ? Infinity : days);

/** With a retention of 0, CloudWatch Logs keeps events forever. */
const retentionLowered = (before: Json, after: Json): boolean => lowered(forever(before), forever(after));

const BUCKET_BLOCKS = [
  "block_public_acls",
  "block_public_policy",
  "ignore_public_acls",
  "restrict_public_buckets",
] as const;

/** Every attribute whose weakening the gate refuses. A new refusal is a new row. */
export const WEAKENINGS: readonly Weakening[] = [
  {
    type: "aws_rds_cluster",
    attribute: "deletion_protection",
    weaker: turnedOff,
    lost: "deletion protection: the next delete call deletes the database",
  },
  {
    type: "aws_rds_cluster",
    attribute: "storage_encrypted",
    weaker: turnedOff,
    lost: "the encryption of the database's storage, backups and snapshots",
  },
  {
    type: "aws_rds_cluster",
    attribute: "kms_key_id",
    weaker: otherKey,
    lost: "the key that the database's storage and backups are encrypted under",
  },
  {
    type: "aws_rds_cluster",
    attribute: "backup_retention_period",
    weaker: lowered,
    lost: "days to which the database can be restored: AWS deletes the older backups at once",
  },
  {
    type: "aws_rds_cluster",
    attribute: "skip_final_snapshot",
    weaker: turnedOn,
    lost: "the final snapshot: a deleted database could not be restored",
  },
  {
    type: "aws_rds_cluster",
    attribute: "db_cluster_parameter_group_name",
    weaker: otherKey,
    lost: "the parameters that force TLS and UTC, unless the other group sets them too",
  },
  {
    type: "aws_rds_cluster_instance",
    attribute: "publicly_accessible",
    weaker: turnedOn,
    lost: "the database's isolation: the instance would get a public address",
  },
  {
    type: "aws_rds_cluster_parameter_group",
    attribute: "parameter",
    weaker: (before, after) =>
      parameterValue(before, "rds.force_ssl") === "1" && parameterValue(after, "rds.force_ssl") !== "1",
    lost: "TLS to the database: it would accept unencrypted connections",
  },
  {
    type: "aws_kms_key",
    attribute: "is_enabled",
    weaker: turnedOff,
    lost: "the use of the key: nothing that it encrypts could be read",
  },
  { type: "aws_kms_key", attribute: "enable_key_rotation", weaker: turnedOff, lost: "the key's yearly rotation" },
  {
    type: "aws_kms_key",
    attribute: "deletion_window_in_days",
    weaker: lowered,
    lost: "days in which a deletion of the key can be cancelled",
  },
  {
    type: "aws_secretsmanager_secret",
    attribute: "kms_key_id",
    weaker: otherKey,
    lost: "the key that the secret is encrypted under, and with it that key's access policy",
  },
  {
    type: "aws_secretsmanager_secret",
    attribute: "recovery_window_in_days",
    weaker: lowered,
    lost: "days in which a deleted secret can be restored",
  },
  {
    type: "aws_secretsmanager_secret_policy",
    attribute: "block_public_policy",
    weaker: turnedOff,
    lost: "Secrets Manager's refusal of policies that allow everyone",
  },
  {
    type: "aws_s3_bucket",
    attribute: "force_destroy",
    weaker: turnedOn,
    lost: "the bucket's protection: deleting it would delete its contents, with every version",
  },
  {
    type: "aws_s3_bucket_versioning",
    attribute: "versioning_configuration.status",
    weaker: from("Enabled"),
    lost: "versions: an overwritten or deleted object would be gone",
  },
  {
    type: "aws_s3_bucket_server_side_encryption_configuration",
    attribute: "rule.apply_server_side_encryption_by_default.sse_algorithm",
    weaker: (before, after) => underKey(before) && !underKey(after),
    lost: "the encryption of new objects with the customer managed key",
  },
  {
    type: "aws_s3_bucket_server_side_encryption_configuration",
    attribute: "rule.apply_server_side_encryption_by_default.kms_master_key_id",
    weaker: otherKey,
    lost: "the key that new objects are encrypted under",
  },
  {
    type: "aws_s3_bucket_lifecycle_configuration",
    attribute: "rule",
    weaker: (before, after) => livesShorter(before, after, "noncurrent_version_expiration", "noncurrent_days"),
    lost: "days for which overwritten and deleted versions are kept; they are the bucket's backups",
  },
  {
    type: "aws_s3_bucket_lifecycle_configuration",
    attribute: "rule",
    weaker: fewerVersions,
    lost: "versions that are kept at any age",
  },
  {
    type: "aws_s3_bucket_lifecycle_configuration",
    attribute: "rule",
    weaker: (before, after) => livesShorter(before, after, "expiration", "days"),
    lost: "objects: current ones would expire, or would expire earlier",
  },
  {
    type: "aws_s3_bucket_ownership_controls",
    attribute: "rule.object_ownership",
    weaker: from("BucketOwnerEnforced"),
    lost: "the rule that access lists have no effect in this bucket",
  },
  ...BUCKET_BLOCKS.map((attribute) => ({
    type: "aws_s3_bucket_public_access_block",
    attribute,
    weaker: turnedOff,
    lost: "a block of public access to the bucket",
  })),
  {
    type: "aws_cloudfront_distribution",
    attribute: "default_cache_behavior.viewer_protocol_policy",
    weaker: (before, after) => before !== "allow-all" && after === "allow-all",
    lost: "HTTPS only: images would be served unencrypted too",
  },
  {
    type: "aws_lambda_permission",
    attribute: "source_arn",
    weaker: removed,
    lost: "the limit to this API: an API of any account could call the function",
  },
  {
    type: "aws_sns_topic",
    attribute: "kms_master_key_id",
    weaker: removed,
    lost: "the encryption of the alarms' messages",
  },
  {
    type: "aws_cloudwatch_log_group",
    attribute: "retention_in_days",
    weaker: retentionLowered,
    lost: "log events older than the new retention",
  },
  {
    type: "aws_cloudwatch_log_group",
    attribute: "kms_key_id",
    weaker: removed,
    lost: "the encryption of new log events",
  },
];

/** Every resource whose removal the gate refuses while the resource that it protects is kept. */
export const GUARDS: readonly Guard[] = [
  {
    type: "aws_s3_bucket_versioning",
    of: "aws_s3_bucket",
    subject: "bucket",
    lost: "versions: an overwritten or deleted object would be gone",
  },
  {
    type: "aws_s3_bucket_public_access_block",
    of: "aws_s3_bucket",
    subject: "bucket",
    lost: "all blocks of public access to the bucket",
  },
  {
    type: "aws_s3_bucket_server_side_encryption_configuration",
    of: "aws_s3_bucket",
    subject: "bucket",
    lost: "the bucket's own encryption settings",
  },
  {
    type: "aws_s3_bucket_policy",
    of: "aws_s3_bucket",
    subject: "bucket",
    lost: "the bucket's policy, with its TLS rule",
  },
  {
    type: "aws_s3_bucket_ownership_controls",
    of: "aws_s3_bucket",
    subject: "bucket",
    lost: "the rule that access lists have no effect",
  },
  {
    type: "aws_secretsmanager_secret_policy",
    of: "aws_secretsmanager_secret",
    subject: "secret_arn",
    lost: "the secret's policy, which denies other readers",
  },
  {
    type: "aws_sns_topic_policy",
    of: "aws_sns_topic",
    subject: "arn",
    lost: "the topic's policy: AWS's default would apply",
  },
];

function parameterValue(parameters: Json, name: string): Json | undefined {
  const found = blocks(parameters).find((parameter) => parameter.name === name);
  return found?.value;
}

function underKey(algorithm: Json): boolean {
  return typeof algorithm === "string" && algorithm.startsWith("aws:kms");
}
