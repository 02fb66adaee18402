import { GOLDEN_ADDRESSES } from "../golden/addresses";
import { all, add, drop, policy, rename, set, statement, tagAll } from "./fixtures/stack-json";
import type { PassingMutation } from "./mutations";

const FUNCTION = ["aws_lambda_alias.AppFunction_Alias: update", "aws_lambda_function.AppFunction: update"];
const MIGRATE_FUNCTION = [
  "aws_lambda_alias.MigrateFunction_Alias: update",
  "aws_lambda_function.MigrateFunction: update",
];
const BUCKET_RULES = ["ImagesBucket", "InvoicesBucket"].map(
  (id) => `aws_s3_bucket_lifecycle_configuration.${id}_Lifecycle: update`,
);
const LOG_GROUPS = ["ApiAccessLog", "ApiStage_ExecutionLog", "FunctionLog", "MigrateFunctionLog"].map(
  (id) => `aws_cloudwatch_log_group.${id}: update`,
);

/** Resource types of the stack that have tags. */
const TAGGED_TYPES = [
  "aws_api_gateway_rest_api",
  "aws_api_gateway_stage",
  "aws_api_gateway_usage_plan",
  "aws_budgets_budget",
  "aws_cloudfront_distribution",
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_metric_alarm",
  "aws_db_subnet_group",
  "aws_default_security_group",
  "aws_eip",
  "aws_iam_role",
  "aws_internet_gateway",
  "aws_kms_key",
  "aws_lambda_function",
  "aws_nat_gateway",
  "aws_rds_cluster",
  "aws_rds_cluster_instance",
  "aws_rds_cluster_parameter_group",
  "aws_route_table",
  "aws_s3_bucket",
  "aws_secretsmanager_secret",
  "aws_security_group",
  "aws_sns_topic",
  "aws_subnet",
  "aws_vpc",
  "aws_vpc_endpoint",
  "aws_vpc_security_group_egress_rule",
  "aws_vpc_security_group_ingress_rule",
];

const TAGGED = GOLDEN_ADDRESSES.filter((address) => TAGGED_TYPES.includes(address.split(".")[0] ?? "")).map(
  (address) => `${address}: update`,
);

/** Mutations that the gate must allow. A new row is a new test. */
export const PASSING: readonly PassingMutation[] = [
  { name: "nothing in dev", of: "disposable", changes: [] },
  { name: "nothing in prod", of: "protected", changes: [] },
  {
    name: "a tag of everything",
    of: "protected",
    json: tagAll({ Reviewed: "yes" }),
    changes: TAGGED,
  },
  {
    name: "a tag of one bucket",
    of: "protected",
    json: set("aws_s3_bucket.ImagesBucket", { tags: { Reviewed: "yes" } }),
    changes: ["aws_s3_bucket.ImagesBucket: update"],
  },
  {
    name: "logs kept longer",
    of: "protected",
    quick: "together",
    config: (config) => ({ ...config, logRetentionDays: 365 }),
    changes: LOG_GROUPS,
  },
  {
    name: "logs kept forever",
    of: "protected",
    json: set("aws_cloudwatch_log_group.FunctionLog", { retention_in_days: 0 }),
    changes: ["aws_cloudwatch_log_group.FunctionLog: update"],
  },
  {
    name: "longer backups",
    of: "protected",
    config: (config) => ({ ...config, database: { ...config.database, backupRetentionDays: 35 } }),
    changes: ["aws_rds_cluster.Database: update"],
  },
  {
    name: "old versions kept longer",
    of: "protected",
    config: (config) => ({ ...config, storage: { ...config.storage, noncurrentVersionDays: 730 } }),
    changes: BUCKET_RULES,
  },
  {
    name: "objects archived later",
    of: "protected",
    config: (config) => ({ ...config, storage: { ...config.storage, archiveAfterDays: 730 } }),
    changes: BUCKET_RULES,
  },
  {
    name: "a bucket without a lifecycle, which keeps everything",
    of: "disposable",
    json: drop("aws_s3_bucket_lifecycle_configuration.InvoicesBucket_Lifecycle"),
    changes: ["aws_s3_bucket_lifecycle_configuration.InvoicesBucket_Lifecycle: delete"],
  },
  {
    name: "another alarm threshold",
    of: "protected",
    config: (config) => ({ ...config, alarms: { ...config.alarms, lambdaErrors: 5 } }),
    changes: ["aws_cloudwatch_dashboard.Dashboard: update", "aws_cloudwatch_metric_alarm.Alarms_LambdaErrors: update"],
  },
  {
    name: "another mail address of the alarms",
    of: "protected",
    config: (config) => ({ ...config, alarmEmail: "shop@example.com" }),
    changes: ["aws_budgets_budget.MonthlyBudget: update", "aws_sns_topic_subscription.AlarmTopic_Email: replace"],
  },
  {
    name: "another budget",
    of: "protected",
    config: (config) => ({ ...config, monthlyBudgetAmount: 200 }),
    changes: ["aws_budgets_budget.MonthlyBudget: update"],
  },
  {
    name: "more memory of the function",
    of: "protected",
    config: (config) => ({ ...config, function: { ...config.function, memoryMb: 1024 } }),
    changes: FUNCTION,
  },
  {
    name: "a shorter time-out of the function",
    of: "protected",
    config: (config) => ({ ...config, function: { ...config.function, timeoutSeconds: 20 } }),
    changes: FUNCTION,
  },
  {
    name: "another throttle",
    of: "protected",
    config: (config) => ({ ...config, api: { ...config.api, throttleRateLimit: 50, throttleBurstLimit: 100 } }),
    changes: [
      "aws_api_gateway_method_settings.ApiStage_Settings: update",
      "aws_api_gateway_usage_plan.ApiStage_UsagePlan: update",
    ],
  },
  {
    name: "another quota",
    of: "disposable",
    quick: "together",
    config: (config) => ({ ...config, api: { ...config.api, monthlyQuota: 200_000 } }),
    changes: ["aws_api_gateway_usage_plan.ApiStage_UsagePlan: update"],
  },
  {
    name: "another level of the execution log",
    of: "disposable",
    config: (config) => ({ ...config, api: { ...config.api, executionLogLevel: "ERROR" } }),
    changes: ["aws_api_gateway_method_settings.ApiStage_Settings: update"],
  },
  {
    name: "another origin",
    of: "protected",
    config: (config) => ({ ...config, apiAllowedOrigin: "https://shop.example.com" }),
    changes: [
      "aws_api_gateway_deployment.ServerlessRestApi_Deployment: replace",
      "aws_api_gateway_gateway_response.ServerlessRestApi_DEFAULT-4XX: update",
      "aws_api_gateway_gateway_response.ServerlessRestApi_DEFAULT-5XX: update",
      "aws_api_gateway_integration_response.ServerlessRestApi_PathOptionsIntegrationResponse: update",
      "aws_api_gateway_integration_response.ServerlessRestApi_RootOptionsIntegrationResponse: update",
      "aws_api_gateway_stage.ApiStage: update",
      ...FUNCTION,
    ],
  },
  {
    name: "another largest capacity of the database",
    of: "protected",
    config: (config) => ({ ...config, database: { ...config.database, maxCapacity: 8 } }),
    changes: ["aws_rds_cluster.Database: update"],
  },
  {
    name: "a newer minor version of the database",
    of: "protected",
    config: (config) => ({ ...config, database: { ...config.database, engineVersion: "17.8" } }),
    changes: ["aws_rds_cluster.Database: update", "aws_rds_cluster_instance.Database_Writer: update"],
  },
  {
    name: "another maintenance window",
    of: "disposable",
    config: (config) => ({ ...config, database: { ...config.database, maintenanceWindow: "mon:22:00-mon:23:00" } }),
    changes: ["aws_rds_cluster.Database: update", "aws_rds_cluster_instance.Database_Writer: update"],
  },
  {
    name: "a rotation of the database password",
    of: "protected",
    config: (config) => ({ ...config, database: { ...config.database, passwordVersion: 2 } }),
    changes: [
      "aws_rds_cluster.Database: update",
      "aws_secretsmanager_secret_version.DatabaseCredentials_Version: replace",
    ],
  },
  {
    name: "edges everywhere",
    of: "protected",
    config: (config) => ({ ...config, storage: { ...config.storage, cdnPriceClass: "PriceClass_All" } }),
    changes: ["aws_cloudfront_distribution.CloudFrontDistribution: update"],
  },
  {
    name: "fewer endpoints",
    of: "disposable",
    quick: "together",
    config: (config) => ({ ...config, network: { ...config.network, interfaceEndpoints: ["secretsmanager", "logs"] } }),
    changes: ["aws_vpc_endpoint.Endpoints_rds-data: delete", "aws_vpc_endpoint.Endpoints_rds: delete"],
  },
  {
    name: "a third zone",
    of: "disposable",
    config: (config) => ({ ...config, network: { ...config.network, zones: ["a", "b", "c"] } }),
    changes: [
      "aws_db_subnet_group.Database_SubnetGroup: update",
      ...FUNCTION,
      ...MIGRATE_FUNCTION,
      "aws_route_table_association.VPC_PrivateRouteTableAssociation-c: create",
      "aws_route_table_association.VPC_PublicRouteTableAssociation-c: create",
      "aws_subnet.VPC_PrivateSubnet-c: create",
      "aws_subnet.VPC_PublicSubnet-c: create",
      "aws_vpc_endpoint.Endpoints_logs: update",
      "aws_vpc_endpoint.Endpoints_rds: update",
      "aws_vpc_endpoint.Endpoints_rds-data: update",
      "aws_vpc_endpoint.Endpoints_secretsmanager: update",
    ],
  },
  {
    name: "a dashboard taken out",
    of: "disposable",
    json: drop("aws_cloudwatch_dashboard.Dashboard"),
    changes: ["aws_cloudwatch_dashboard.Dashboard: delete"],
  },
  {
    name: "protection turned on",
    of: "disposable",
    config: (config) => ({ ...config, protectData: true }),
    changes: [
      ...MIGRATE_FUNCTION,
      "aws_rds_cluster.Database: update",
      "aws_s3_bucket.ImagesBucket: update",
      "aws_s3_bucket.InvoicesBucket: update",
      "aws_secretsmanager_secret.DatabaseSecret: update",
      "aws_secretsmanager_secret.RazorpaySecret: update",
    ],
  },
  {
    name: "a bucket under another id, with moved blocks",
    of: "protected",
    quick: "together",
    json: rename("InvoicesBucket", "ReceiptsBucket", true),
    changes: [
      "aws_s3_bucket.ReceiptsBucket: move",
      "aws_s3_bucket_lifecycle_configuration.ReceiptsBucket_Lifecycle: move",
      "aws_s3_bucket_ownership_controls.ReceiptsBucket_OwnershipControls: move",
      "aws_s3_bucket_policy.ReceiptsBucket_Policy: move",
      "aws_s3_bucket_public_access_block.ReceiptsBucket_PublicAccessBlock: move",
      "aws_s3_bucket_server_side_encryption_configuration.ReceiptsBucket_Encryption: move",
      "aws_s3_bucket_versioning.ReceiptsBucket_Versioning: move",
    ],
  },
  {
    name: "a narrower policy of the topic",
    of: "protected",
    json: policy("aws_sns_topic_policy.AlarmTopic_Policy", (statements) =>
      statements.filter(({ Sid }) => Sid !== "CloudWatchAlarmsPublish"),
    ),
    changes: ["aws_sns_topic_policy.AlarmTopic_Policy: update"],
  },
  {
    name: "one more thing that a bucket forbids",
    of: "protected",
    json: policy("aws_s3_bucket_policy.InvoicesBucket_Policy", (statements) => [
      ...statements,
      {
        Sid: "NobodyDeletesVersions",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:DeleteObjectVersion",
        Resource: "${aws_s3_bucket.InvoicesBucket.arn}/*",
      },
    ]),
    changes: ["aws_s3_bucket_policy.InvoicesBucket_Policy: update"],
  },
  {
    name: "a policy in another order and spelling",
    of: "protected",
    json: all(
      statement("aws_s3_bucket_policy.ImagesBucket_Policy", "CloudFrontReads", { Action: ["s3:GetObject"] }),
      policy("aws_s3_bucket_policy.ImagesBucket_Policy", (statements) => statements.toReversed()),
    ),
    changes: [],
  },
  {
    name: "a port open to the network itself",
    of: "protected",
    json: add("aws_vpc_security_group_ingress_rule.FromNetwork", {
      security_group_id: "${aws_security_group.EndpointSecurityGroup.id}",
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
      cidr_ipv4: "10.0.0.0/16",
    }),
    changes: ["aws_vpc_security_group_ingress_rule.FromNetwork: create"],
  },
];
