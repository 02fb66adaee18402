import { isEmpty, same } from "./attribute-changes";
import { isObject, type Json } from "../../shared/json";

/** A change of one attribute that takes protection away. */
export interface Weakening {
  /** Terraform's resource type. */
  readonly type: string;
  /** Attribute below the resource; a step into a block of which there is one goes by its name alone. */
  readonly attribute: string;
  /** Whether the second value protects less than the first. Both are known, or null where there is none. */
  readonly weaker: (before: Json, after: Json) => boolean;
  /** What would be lost, for the reader of a refusal. */
  readonly lost: string;
}

/** A resource that does nothing but protect another one: without it the protection is off. */
export interface Guard {
  readonly type: string;
  /** Type of the resource that it protects. */
  readonly of: string;
  /** Attribute that has that resource's id. */
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

/** CloudWatch Logs keeps events forever where the retention is 0. */
const retentionLowered = (before: Json, after: Json): boolean => lowered(forever(before), forever(after));

const BUCKET_BLOCKS = [
  "block_public_acls",
  "block_public_policy",
  "ignore_public_acls",
  "restrict_public_buckets",
] as const;

/** Every attribute whose weakening the gate refuses. A new row is all that a new refusal takes. */
export const WEAKENINGS: readonly Weakening[] = [
  {
    type: "aws_rds_cluster",
    attribute: "deletion_protection",
    weaker: turnedOff,
    lost: "deletion protection: the next delete call takes the database",
  },
  {
    type: "aws_rds_cluster",
    attribute: "storage_encrypted",
    weaker: turnedOff,
    lost: "encryption of the database's storage, backups and snapshots",
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
    lost: "days to which the database can be restored; AWS deletes the older backups at once",
  },
  {
    type: "aws_rds_cluster",
    attribute: "skip_final_snapshot",
    weaker: turnedOn,
    lost: "the final snapshot: a deletion keeps nothing of the database",
  },
  {
    type: "aws_rds_cluster",
    attribute: "db_cluster_parameter_group_name",
    weaker: otherKey,
    lost: "the parameters that force TLS and UTC, unless the other group sets them, too",
  },
  {
    type: "aws_rds_cluster_instance",
    attribute: "publicly_accessible",
    weaker: turnedOn,
    lost: "the database's privacy: the instance gets a public address",
  },
  {
    type: "aws_rds_cluster_parameter_group",
    attribute: "parameter",
    weaker: (before, after) =>
      parameterValue(before, "rds.force_ssl") === "1" && parameterValue(after, "rds.force_ssl") !== "1",
    lost: "TLS on the way to the database: it would accept connections in clear text",
  },
  {
    type: "aws_kms_key",
    attribute: "is_enabled",
    weaker: turnedOff,
    lost: "the use of the key: nothing that it encrypts can be read",
  },
  { type: "aws_kms_key", attribute: "enable_key_rotation", weaker: turnedOff, lost: "the key's yearly rotation" },
  {
    type: "aws_kms_key",
    attribute: "deletion_window_in_days",
    weaker: lowered,
    lost: "days in which a deletion of the key can be taken back",
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
    lost: "days in which a deleted secret can be brought back",
  },
  {
    type: "aws_secretsmanager_secret_policy",
    attribute: "block_public_policy",
    weaker: turnedOff,
    lost: "Secrets Manager's refusal of a policy that lets everyone in",
  },
  {
    type: "aws_s3_bucket",
    attribute: "force_destroy",
    weaker: turnedOn,
    lost: "the bucket's protection: a deletion would empty it, every version included",
  },
  {
    type: "aws_s3_bucket_versioning",
    attribute: "versioning_configuration.status",
    weaker: from("Enabled"),
    lost: "versions: an object that is overwritten or deleted is gone",
  },
  {
    type: "aws_s3_bucket_server_side_encryption_configuration",
    attribute: "rule.apply_server_side_encryption_by_default.sse_algorithm",
    weaker: (before, after) => underKey(before) && !underKey(after),
    lost: "encryption of new objects under the customer managed key",
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
    lost: "days that overwritten and deleted object versions are kept; they are the bucket's backups",
  },
  {
    type: "aws_s3_bucket_lifecycle_configuration",
    attribute: "rule",
    weaker: fewerVersions,
    lost: "versions that are kept however old they are",
  },
  {
    type: "aws_s3_bucket_lifecycle_configuration",
    attribute: "rule",
    weaker: (before, after) => livesShorter(before, after, "expiration", "days"),
    lost: "objects: current ones would expire, or expire earlier",
  },
  {
    type: "aws_s3_bucket_ownership_controls",
    attribute: "rule.object_ownership",
    weaker: from("BucketOwnerEnforced"),
    lost: "the rule that access lists count for nothing in this bucket",
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
    lost: "HTTPS only: images would be served in clear text too",
  },
  {
    type: "aws_lambda_permission",
    attribute: "source_arn",
    weaker: removed,
    lost: "the limit to this API: an API of any account may call the function",
  },
  {
    type: "aws_sns_topic",
    attribute: "kms_master_key_id",
    weaker: removed,
    lost: "encryption of the alarms' messages",
  },
  {
    type: "aws_cloudwatch_log_group",
    attribute: "retention_in_days",
    weaker: retentionLowered,
    lost: "log events older than the new retention",
  },
  { type: "aws_cloudwatch_log_group", attribute: "kms_key_id", weaker: removed, lost: "encryption of new log events" },
];

/** Every resource whose removal the gate refuses, because what it protects stays behind without it. */
export const GUARDS: readonly Guard[] = [
  {
    type: "aws_s3_bucket_versioning",
    of: "aws_s3_bucket",
    subject: "bucket",
    lost: "versions: what is overwritten or deleted is gone",
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
    lost: "the bucket's policy, TLS only included",
  },
  {
    type: "aws_s3_bucket_ownership_controls",
    of: "aws_s3_bucket",
    subject: "bucket",
    lost: "the rule that access lists count for nothing",
  },
  {
    type: "aws_secretsmanager_secret_policy",
    of: "aws_secretsmanager_secret",
    subject: "secret_arn",
    lost: "the secret's policy: who else may not read it",
  },
  {
    type: "aws_sns_topic_policy",
    of: "aws_sns_topic",
    subject: "arn",
    lost: "the topic's policy: it falls back to AWS's default",
  },
];

function parameterValue(parameters: Json, name: string): Json | undefined {
  const found = blocks(parameters).find((parameter) => parameter.name === name);
  return found?.value;
}

function underKey(algorithm: Json): boolean {
  return typeof algorithm === "string" && algorithm.startsWith("aws:kms");
}

/** Scope of a rule that holds for the whole bucket. */
const EVERYTHING = "everything";

/** Whether objects of any scope live shorter than under the rules before, which may have held for the whole bucket. */
function livesShorter(before: Json, after: Json, block: string, days: string): boolean {
  const old = smallestByScope(before, block, days);
  return [...smallestByScope(after, block, days)].some(
    ([scope, count]) => count < Math.min(old.get(scope) ?? Infinity, old.get(EVERYTHING) ?? Infinity),
  );
}

function fewerVersions(before: Json, after: Json): boolean {
  const old = smallestByScope(before, "noncurrent_version_expiration", "newer_noncurrent_versions");
  const now = smallestByScope(after, "noncurrent_version_expiration", "newer_noncurrent_versions");
  const expiring = smallestByScope(after, "noncurrent_version_expiration", "noncurrent_days");
  return [...old].some(([scope, count]) => expiring.has(scope) && (now.get(scope) ?? 0) < count);
}

/** The smallest number of the rules that are in force, by what they hold for. A date is a day that comes. */
function smallestByScope(rules: Json, block: string, name: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const rule of blocks(rules).filter(({ status }) => status !== "Disabled")) {
    const scope =
      saysNothing(rule.filter) && isEmpty(rule.prefix) ? EVERYTHING : JSON.stringify([rule.filter, rule.prefix]);
    for (const expiration of blocks(rule[block] ?? null)) {
      const count = isEmpty(expiration.date) ? Number(expiration[name] ?? 0) : 0;
      if (count > 0 || !isEmpty(expiration.date)) {
        found.set(scope, Math.min(count, found.get(scope) ?? Infinity));
      }
    }
  }
  return found;
}

/** Whether a filter filters nothing: providers write it with all its members empty. */
function saysNothing(value: Json | undefined): boolean {
  return (
    isEmpty(value) ||
    (typeof value === "object" && value !== null && Object.values(value).every((child) => saysNothing(child)))
  );
}

function blocks(value: Json): Readonly<Record<string, Json>>[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}
