import { GOLDEN_ADDRESSES } from "../golden/addresses";
import { PROTECTED_TYPES } from "../../src/terraform/protection";
import {
  add,
  all,
  drop,
  dropConstruct,
  forgetConstruct,
  leave,
  lifecycleRule,
  policy,
  rename,
  set,
  setIn,
  statement,
} from "./fixtures/stack-json";
import type { RefusedMutation } from "./mutations";

const STRANGER = "arn:aws:iam::111122223333:root";

const KEY = "aws_kms_key.KmsKey";
const CLUSTER = "aws_rds_cluster.Database";
const WRITER = "aws_rds_cluster_instance.Database_Writer";
const TOPIC = "aws_sns_topic.AlarmTopic";
const TOPIC_POLICY = "aws_sns_topic_policy.AlarmTopic_Policy";
const DATABASE_SECRET = "aws_secretsmanager_secret.DatabaseSecret";
const RAZORPAY_SECRET = "aws_secretsmanager_secret.RazorpaySecret";
const SECRET_POLICY = "aws_secretsmanager_secret_policy.DatabaseSecret_Policy";
const RAZORPAY_POLICY = "aws_secretsmanager_secret_policy.RazorpaySecret_Policy";
const IMAGES = "aws_s3_bucket.ImagesBucket";
const INVOICES = "aws_s3_bucket.InvoicesBucket";
const INVOICES_POLICY = "aws_s3_bucket_policy.InvoicesBucket_Policy";
const ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration.InvoicesBucket_Encryption";
const VERSIONING = "aws_s3_bucket_versioning.InvoicesBucket_Versioning";
const LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.InvoicesBucket_Lifecycle";
const PUBLIC_ACCESS = "aws_s3_bucket_public_access_block.InvoicesBucket_PublicAccessBlock";
const OWNERSHIP = "aws_s3_bucket_ownership_controls.InvoicesBucket_OwnershipControls";
const PERMISSION = "aws_lambda_permission.AppFunction_ApiPermission";
const INGRESS = "aws_vpc_security_group_ingress_rule.DatabaseSecurityGroup_FromLambdaSecurityGroup-5432";
const DEFAULT_GROUP = "aws_default_security_group.VPC_DefaultSecurityGroup";
const LOG_GROUPS = ["ApiAccessLog", "ApiStage_ExecutionLog", "FunctionLog", "MigrateFunctionLog"].map(
  (id) => `aws_cloudwatch_log_group.${id}`,
);

/** Everything in prod that carries `prevent_destroy`. */
const PROTECTED = GOLDEN_ADDRESSES.filter((address) => (address.split(".")[0] ?? "") in PROTECTED_TYPES);

const widened: Readonly<Record<string, unknown>> = {
  from_port: 5432,
  to_port: 5432,
  ip_protocol: "tcp",
  security_group_id: "${aws_security_group.DatabaseSecurityGroup.id}",
};

/** Mutations that the gate must refuse. A new row is a new test. */
export const REFUSED: readonly RefusedMutation[] = [
  // Data or identity is deleted.
  {
    name: "another address range of the VPC",
    of: "disposable",
    config: (config) => ({ ...config, network: { ...config.network, vpcCidr: "10.1.0.0/16" } }),
    refused: [["aws_vpc.VPC", "the network"]],
  },
  {
    name: "another address range of the VPC, protected",
    of: "protected",
    config: (config) => ({ ...config, network: { ...config.network, vpcCidr: "10.1.0.0/16" } }),
    refused: [["aws_vpc.VPC", "the network"]],
    byTerraform: ["aws_vpc.VPC"],
  },
  {
    name: "another name of the images bucket",
    of: "disposable",
    quick: "together",
    json: set(IMAGES, { bucket: "aleenascuisine-dev-pictures" }),
    refused: [[IMAGES, "its objects"]],
  },
  {
    name: "another name of the images bucket, protected",
    of: "protected",
    json: set(IMAGES, { bucket: "aleenascuisine-prod-pictures" }),
    refused: [[IMAGES, "its objects"]],
    byTerraform: [IMAGES],
  },
  {
    name: "another database engine",
    of: "disposable",
    json: set(CLUSTER, { engine: "aurora-mysql", engine_version: "8.0.mysql_aurora.3.08.0" }),
    refused: [
      [CLUSTER, "the database"],
      [WRITER, "the database's writer"],
    ],
  },
  {
    name: "another database engine, protected",
    of: "protected",
    quick: "alone",
    json: set(CLUSTER, { engine: "aurora-mysql", engine_version: "8.0.mysql_aurora.3.08.0" }),
    refused: [[CLUSTER, "the database"]],
    byTerraform: [CLUSTER],
  },
  {
    name: "another database name",
    of: "disposable",
    config: (config) => ({ ...config, database: { ...config.database, databaseName: "cakes" } }),
    refused: [
      [CLUSTER, "the database"],
      [WRITER, "the database's writer"],
    ],
  },
  {
    name: "a secret taken out",
    of: "disposable",
    json: dropConstruct("RazorpaySecret"),
    refused: [[RAZORPAY_SECRET, "credentials"]],
  },
  {
    name: "a secret taken out, whose prevent_destroy goes with it",
    of: "protected",
    json: dropConstruct("RazorpaySecret"),
    refused: [[RAZORPAY_SECRET, "credentials"]],
  },
  {
    name: "a secret forgotten by a removed block",
    of: "protected",
    json: forgetConstruct("RazorpaySecret"),
    refused: [[RAZORPAY_SECRET, "credentials"]],
  },
  {
    name: "a bucket taken out with everything about it",
    of: "disposable",
    json: dropConstruct("InvoicesBucket"),
    refused: [[INVOICES, "its objects"]],
  },
  {
    name: "a bucket under another id, without a moved block",
    of: "disposable",
    json: rename("InvoicesBucket", "ReceiptsBucket", false),
    refused: [[INVOICES, "its objects"]],
  },
  {
    name: "a bucket forgotten while what protects it is deleted",
    of: "disposable",
    quick: "together",
    json: all(dropConstruct("InvoicesBucket"), leave(INVOICES)),
    refused: [
      [INVOICES, "its objects"],
      [ENCRYPTION, "encryption"],
      [OWNERSHIP, "access lists"],
      [INVOICES_POLICY, "TLS rule"],
      [PUBLIC_ACCESS, "public access"],
      [VERSIONING, "versions"],
    ],
  },
  {
    name: "the address of outgoing calls under another id",
    of: "disposable",
    json: rename("VPC", "Network", false),
    refused: [
      ["aws_eip.VPC_NatAddress", "the address that outgoing calls come from"],
      ["aws_vpc.VPC", "the network"],
    ],
  },
  {
    name: "the API and the CDN under other ids",
    of: "disposable",
    json: all(rename("ServerlessRestApi", "Api", false), rename("CloudFrontDistribution", "Cdn", false)),
    refused: [
      ["aws_api_gateway_rest_api.ServerlessRestApi", "the API's URL"],
      ["aws_cloudfront_distribution.CloudFrontDistribution", "the CDN's domain name"],
      ["aws_cloudwatch_log_group.ApiStage_ExecutionLog", "the record of what happened"],
      [PERMISSION, "the limit to this API"],
      ["aws_s3_bucket_policy.ImagesBucket_Policy", "control of who uses the bucket"],
    ],
  },

  // The protection switch.
  {
    name: "protectData turned off",
    of: "protected",
    quick: "alone",
    config: (config) => ({ ...config, protectData: false }),
    refused: [
      [CLUSTER, "deletion protection"],
      [IMAGES, "deleting it would delete its contents"],
      [INVOICES, "deleting it would delete its contents"],
      [DATABASE_SECRET, "days in which a deleted secret can be restored"],
      [RAZORPAY_SECRET, "days in which a deleted secret can be restored"],
      ...PROTECTED.map((address) => [address, "Terraform's refusal to destroy"] as const),
    ],
  },
  {
    name: "prevent_destroy of the key taken away, and nothing else",
    of: "protected",
    json: set(KEY, { lifecycle: undefined }),
    refused: [[KEY, "Terraform's refusal to destroy"]],
  },

  // The database.
  {
    name: "backups shortened",
    of: "protected",
    config: (config) => ({ ...config, database: { ...config.database, backupRetentionDays: 1 } }),
    refused: [[CLUSTER, "days to which the database can be restored"]],
  },
  {
    name: "no final snapshot",
    of: "protected",
    config: (config) => ({ ...config, database: { ...config.database, finalSnapshot: false } }),
    refused: [[CLUSTER, "the final snapshot"]],
  },
  {
    name: "encryption of the database dropped",
    of: "disposable",
    json: set(CLUSTER, { storage_encrypted: false, kms_key_id: undefined }),
    refused: [
      [CLUSTER, "the database"],
      [CLUSTER, "encryption of the database's storage"],
      [CLUSTER, "the key that the database's storage"],
      [WRITER, "the database's writer"],
    ],
  },
  {
    name: "another key of the database",
    of: "disposable",
    json: set(CLUSTER, { kms_key_id: "arn:aws:kms:ap-south-1:498192039865:key/11111111-2222-4333-8444-555555555555" }),
    refused: [
      [CLUSTER, "the database"],
      [CLUSTER, "the key that the database's storage"],
      [WRITER, "the database's writer"],
    ],
  },
  {
    name: "a public database instance",
    of: "protected",
    json: set(WRITER, { publicly_accessible: true }),
    refused: [[WRITER, "the database's isolation"]],
  },
  {
    name: "a database that accepts clear text",
    of: "protected",
    json: set("aws_rds_cluster_parameter_group.Database_ParameterGroup", {
      parameter: [
        { name: "rds.force_ssl", value: "0", apply_method: "pending-reboot" },
        { name: "timezone", value: "UTC", apply_method: "pending-reboot" },
      ],
    }),
    refused: [["aws_rds_cluster_parameter_group.Database_ParameterGroup", "TLS to the database"]],
  },

  {
    name: "a database with AWS's own parameters",
    of: "protected",
    json: set(CLUSTER, { db_cluster_parameter_group_name: "default.aurora-postgresql17" }),
    refused: [[CLUSTER, "the parameters that force TLS"]],
  },

  // The key.
  {
    name: "no rotation of the key",
    of: "disposable",
    json: set(KEY, { enable_key_rotation: false }),
    refused: [[KEY, "rotation"]],
  },
  {
    name: "the key disabled",
    of: "disposable",
    json: set(KEY, { is_enabled: false }),
    refused: [[KEY, "the use of the key"]],
  },
  {
    name: "a shorter deletion window of the key",
    of: "protected",
    json: set(KEY, { deletion_window_in_days: 7 }),
    refused: [[KEY, "days in which a deletion of the key can be cancelled"]],
  },
  {
    name: "a stranger in the key's policy",
    of: "protected",
    json: policy(KEY, (statements) => [
      ...statements,
      { Sid: "StrangerUse", Effect: "Allow", Principal: { AWS: STRANGER }, Action: "kms:*", Resource: "*" },
    ]),
    refused: [[KEY, "control of who uses the key"]],
  },
  {
    name: "a condition taken out of the key's policy",
    of: "protected",
    json: statement(KEY, "SecretsManagerUse", { Condition: undefined }),
    refused: [[KEY, "control of who uses the key"]],
  },

  // Secrets.
  {
    name: "another key administrator",
    of: "protected",
    config: (config) => ({ ...config, keyAdminArn: "arn:aws:iam::498192039865:user/somebody-else" }),
    refused: [
      [KEY, "control of who uses the key"],
      [SECRET_POLICY, "what the secret policy denies"],
      [RAZORPAY_POLICY, "what the secret policy denies"],
    ],
  },
  {
    name: "one more reader of the secrets",
    of: "protected",
    config: (config) => ({
      ...config,
      secretReaderArns: [...config.secretReaderArns, "arn:aws:iam::498192039865:user/somebody-else"],
    }),
    refused: [
      [SECRET_POLICY, "what the secret policy denies"],
      [RAZORPAY_POLICY, "what the secret policy denies"],
    ],
  },
  {
    name: "a secret that denies no one",
    of: "protected",
    json: policy(SECRET_POLICY, (statements) => statements.filter(({ Effect }) => Effect === "Allow")),
    refused: [[SECRET_POLICY, "what the secret policy denies"]],
  },
  {
    name: "a secret without a policy",
    of: "disposable",
    json: drop(SECRET_POLICY),
    refused: [[SECRET_POLICY, "which denies other readers"]],
  },
  {
    name: "a secret whose policy may be public",
    of: "disposable",
    json: set(SECRET_POLICY, { block_public_policy: false }),
    refused: [[SECRET_POLICY, "Secrets Manager's refusal of policies that allow everyone"]],
  },
  {
    name: "another policy written into the secret itself",
    of: "disposable",
    json: set(RAZORPAY_SECRET, {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Sid: "StrangerReads", Effect: "Allow", Principal: { AWS: STRANGER }, Action: "*", Resource: "*" },
        ],
      }),
    }),
    refused: [
      [RAZORPAY_SECRET, "control of who uses the secret"],
      [RAZORPAY_SECRET, "what the secret policy denies"],
    ],
  },
  {
    name: "a shorter recovery window of a secret",
    of: "protected",
    json: set(RAZORPAY_SECRET, { recovery_window_in_days: 7 }),
    refused: [[RAZORPAY_SECRET, "days in which a deleted secret can be restored"]],
  },
  {
    name: "AWS's own key for a secret",
    of: "disposable",
    json: set(RAZORPAY_SECRET, { kms_key_id: "alias/aws/secretsmanager" }),
    refused: [[RAZORPAY_SECRET, "the key that the secret is encrypted under"]],
  },

  // Buckets.
  {
    name: "a bucket that may be emptied",
    of: "protected",
    json: set(IMAGES, { force_destroy: true }),
    refused: [[IMAGES, "deleting it would delete its contents"]],
  },
  {
    name: "old versions kept for a shorter time",
    of: "protected",
    config: (config) => ({ ...config, storage: { ...config.storage, noncurrentVersionDays: 30 } }),
    refused: [
      ["aws_s3_bucket_lifecycle_configuration.ImagesBucket_Lifecycle", "days for which overwritten and deleted"],
      [LIFECYCLE, "days for which overwritten and deleted"],
    ],
  },
  {
    name: "objects that expire",
    of: "protected",
    json: lifecycleRule(LIFECYCLE, "archive", { expiration: [{ days: 3650 }] }),
    refused: [[LIFECYCLE, "current ones would expire"]],
  },
  {
    name: "objects that expire on a date",
    of: "protected",
    json: lifecycleRule(LIFECYCLE, "archive", { expiration: [{ date: "2040-01-01T00:00:00Z" }], transition: [] }),
    refused: [[LIFECYCLE, "current ones would expire"]],
  },
  {
    name: "versioning suspended",
    of: "protected",
    json: set(VERSIONING, { versioning_configuration: { status: "Suspended" } }),
    refused: [[VERSIONING, "versions"]],
  },
  { name: "versioning taken out", of: "disposable", json: drop(VERSIONING), refused: [[VERSIONING, "versions"]] },
  {
    name: "a bucket encrypted by S3's keys",
    of: "protected",
    json: set(ENCRYPTION, { rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }] }),
    refused: [
      [ENCRYPTION, "encryption of new objects"],
      [ENCRYPTION, "the key that new objects are encrypted under"],
    ],
  },
  {
    name: "a bucket's encryption taken out",
    of: "disposable",
    json: drop(ENCRYPTION),
    refused: [[ENCRYPTION, "the bucket's own encryption settings"]],
  },
  {
    name: "public policies no longer blocked",
    of: "protected",
    json: set(PUBLIC_ACCESS, { block_public_policy: false, restrict_public_buckets: false }),
    refused: [
      [PUBLIC_ACCESS, "a block of public access"],
      [PUBLIC_ACCESS, "a block of public access"],
    ],
  },
  {
    name: "public access no longer blocked at all",
    of: "disposable",
    json: drop(PUBLIC_ACCESS),
    refused: [[PUBLIC_ACCESS, "all blocks of public access"]],
  },
  {
    name: "the blocks of one bucket's public access set on another",
    of: "disposable",
    json: set(PUBLIC_ACCESS, { bucket: "${aws_s3_bucket.ImagesBucket.id}" }),
    refused: [[PUBLIC_ACCESS, "all blocks of public access"]],
  },
  {
    name: "access lists that count",
    of: "protected",
    json: set(OWNERSHIP, { rule: { object_ownership: "ObjectWriter" } }),
    refused: [[OWNERSHIP, "the rule that access lists have no effect"]],
  },
  {
    name: "images for everyone, without the CDN",
    of: "protected",
    json: statement("aws_s3_bucket_policy.ImagesBucket_Policy", "CloudFrontReads", {
      Principal: "*",
      Condition: undefined,
    }),
    refused: [["aws_s3_bucket_policy.ImagesBucket_Policy", "control of who uses the bucket"]],
  },
  {
    name: "a bucket that speaks clear text",
    of: "protected",
    json: policy(INVOICES_POLICY, () => [
      {
        Sid: "OwnerReads",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::498192039865:root" },
        Action: "s3:GetObject",
        Resource: "${aws_s3_bucket.InvoicesBucket.arn}/*",
      },
    ]),
    refused: [
      [INVOICES_POLICY, "control of who uses the bucket"],
      [INVOICES_POLICY, "what the bucket policy denies"],
    ],
  },
  {
    name: "a bucket without a policy",
    of: "disposable",
    json: drop(INVOICES_POLICY),
    refused: [[INVOICES_POLICY, "with its TLS rule"]],
  },
  {
    name: "images served in clear text",
    of: "disposable",
    json: setIn("aws_cloudfront_distribution.CloudFrontDistribution", "default_cache_behavior", {
      viewer_protocol_policy: "allow-all",
    }),
    refused: [["aws_cloudfront_distribution.CloudFrontDistribution", "HTTPS only"]],
  },

  // Logs and alarms.
  {
    name: "logs kept for a shorter time",
    of: "protected",
    config: (config) => ({ ...config, logRetentionDays: 30 }),
    refused: LOG_GROUPS.map((address) => [address, "log events older than the new retention"]),
  },
  {
    name: "a log group without encryption",
    of: "disposable",
    json: set("aws_cloudwatch_log_group.FunctionLog", { kms_key_id: undefined }),
    refused: [["aws_cloudwatch_log_group.FunctionLog", "the encryption of new log events"]],
  },
  {
    name: "a topic without encryption",
    of: "disposable",
    json: set(TOPIC, { kms_master_key_id: undefined }),
    refused: [[TOPIC, "the encryption of the alarms' messages"]],
  },
  {
    name: "a topic that anyone may publish to",
    of: "protected",
    json: policy(TOPIC_POLICY, (statements) => [
      ...statements,
      {
        Sid: "AnyonePublishes",
        Effect: "Allow",
        Principal: "*",
        Action: "sns:Publish",
        Resource: "${aws_sns_topic.AlarmTopic.arn}",
      },
    ]),
    refused: [[TOPIC_POLICY, "control of who uses the topic"]],
  },
  {
    name: "a topic without a policy",
    of: "disposable",
    json: drop(TOPIC_POLICY),
    refused: [[TOPIC_POLICY, "AWS's default"]],
  },

  // Access for everyone.
  {
    name: "the database's port open to the world",
    of: "protected",
    json: add("aws_vpc_security_group_ingress_rule.FromAnywhere", { ...widened, cidr_ipv4: "0.0.0.0/0" }),
    refused: [["aws_vpc_security_group_ingress_rule.FromAnywhere", "who has access"]],
  },
  {
    name: "a rule from the function that becomes one from the world",
    of: "protected",
    json: set(INGRESS, { referenced_security_group_id: undefined, cidr_ipv6: "::/0" }),
    refused: [[INGRESS, "who has access"]],
  },
  {
    name: "half of the world in the default group",
    of: "disposable",
    json: set(DEFAULT_GROUP, {
      ingress: [
        {
          protocol: "-1",
          from_port: 0,
          to_port: 0,
          cidr_blocks: ["128.0.0.0/1"],
          description: "",
          ipv6_cidr_blocks: [],
          prefix_list_ids: [],
          security_groups: [],
          self: false,
        },
      ],
    }),
    refused: [[DEFAULT_GROUP, "who has access"]],
  },
  {
    name: "a function that anyone may call",
    of: "disposable",
    json: set(PERMISSION, { principal: "*" }),
    refused: [[PERMISSION, "who has access"]],
  },
  {
    name: "a function that every API may call",
    of: "protected",
    json: set(PERMISSION, { source_arn: undefined }),
    refused: [[PERMISSION, "an API of any account could call"]],
  },
  {
    name: "a function with a URL of its own",
    of: "disposable",
    json: add("aws_lambda_function_url.AppFunction_Url", {
      function_name: "${aws_lambda_function.AppFunction.function_name}",
      authorization_type: "NONE",
    }),
    refused: [["aws_lambda_function_url.AppFunction_Url", "who has access"]],
  },
];
