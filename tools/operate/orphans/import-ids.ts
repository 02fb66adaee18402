import { regionalArn } from "../../../src/shared/arn";
import type { AwsAccount } from "../../../src/shared/aws-account";

/**
 * Arguments of one resource, with their references resolved.
 *
 * @param name - of the argument
 * @returns undefined if the argument refers to something unknown or missing
 */
export type ResolvedArguments = (name: string) => string | undefined;

/** Ways to find a resource in AWS by its configuration. */
export type LookupName =
  "apiDeployment" | "apiResource" | "originAccessControl" | "secret" | "secretVersion" | "subscription";

/** How to find the AWS object of a resource, and with it its import id. */
export type Search =
  /** AWS assigns the id: by the tag `Stack`, and by the tag `Name` if the configuration sets one. */
  | { readonly by: "tag" }
  /** The id consists of names. */
  | { readonly by: "name"; readonly id: (argument: ResolvedArguments, account: AwsAccount) => string | undefined }
  /** AWS assigns the id, and there are no tags: one request each. */
  | { readonly by: "lookup"; readonly lookup: LookupName }
  /** By a rule's ports and sources: one request for the rules of all security groups. */
  | { readonly by: "rule" };

const TAG: Search = { by: "tag" };

/** The id consists of these arguments. */
function joined(separator: string, ...names: readonly string[]): Search {
  return {
    by: "name",
    id: (argument) => {
      const values = names.map(argument);
      return values.includes(undefined) ? undefined : values.join(separator);
    },
  };
}

/** A template; undefined if one of its values is. */
function complete(texts: TemplateStringsArray, ...values: readonly (string | undefined)[]): string | undefined {
  return values.includes(undefined) ? undefined : String.raw({ raw: texts }, ...values);
}

/**
 * Every resource type of an environment.
 *
 * @see https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs, the section "Import" of each type
 */
export const SEARCHES: Readonly<Record<string, Search>> = {
  aws_api_gateway_deployment: { by: "lookup", lookup: "apiDeployment" },
  aws_api_gateway_gateway_response: joined("/", "rest_api_id", "response_type"),
  aws_api_gateway_integration: joined("/", "rest_api_id", "resource_id", "http_method"),
  aws_api_gateway_integration_response: joined("/", "rest_api_id", "resource_id", "http_method", "status_code"),
  aws_api_gateway_method: joined("/", "rest_api_id", "resource_id", "http_method"),
  aws_api_gateway_method_response: joined("/", "rest_api_id", "resource_id", "http_method", "status_code"),
  aws_api_gateway_method_settings: joined("/", "rest_api_id", "stage_name", "method_path"),
  aws_api_gateway_resource: { by: "lookup", lookup: "apiResource" },
  aws_api_gateway_rest_api: TAG,
  aws_api_gateway_stage: joined("/", "rest_api_id", "stage_name"),
  aws_api_gateway_usage_plan: TAG,
  aws_budgets_budget: {
    by: "name",
    id: (argument, { id }) => complete`${id}:${argument("name")}`,
  },
  aws_cloudfront_distribution: TAG,
  aws_cloudfront_origin_access_control: { by: "lookup", lookup: "originAccessControl" },
  aws_cloudwatch_dashboard: joined("", "dashboard_name"),
  aws_cloudwatch_log_group: joined("", "name"),
  aws_cloudwatch_log_metric_filter: joined(":", "log_group_name", "name"),
  aws_cloudwatch_metric_alarm: joined("", "alarm_name"),
  aws_db_subnet_group: joined("", "name"),
  aws_default_security_group: TAG,
  aws_eip: TAG,
  aws_iam_role: joined("", "name"),
  aws_iam_role_policy_attachment: joined("/", "role", "policy_arn"),
  aws_internet_gateway: TAG,
  aws_kms_alias: joined("", "name"),
  aws_kms_key: TAG,
  aws_lambda_alias: joined("/", "function_name", "name"),
  aws_lambda_function: joined("", "function_name"),
  aws_lambda_permission: {
    by: "name",
    id: (argument) => complete`${argument("function_name")}:${argument("qualifier")}/${argument("statement_id")}`,
  },
  aws_nat_gateway: TAG,
  aws_rds_cluster: joined("", "cluster_identifier"),
  aws_rds_cluster_instance: joined("", "identifier"),
  aws_rds_cluster_parameter_group: joined("", "name"),
  aws_route: joined("_", "route_table_id", "destination_cidr_block"),
  aws_route_table: TAG,
  aws_route_table_association: joined("/", "subnet_id", "route_table_id"),
  aws_s3_bucket: joined("", "bucket"),
  aws_s3_bucket_lifecycle_configuration: joined("", "bucket"),
  aws_s3_bucket_ownership_controls: joined("", "bucket"),
  aws_s3_bucket_policy: joined("", "bucket"),
  aws_s3_bucket_public_access_block: joined("", "bucket"),
  aws_s3_bucket_server_side_encryption_configuration: joined("", "bucket"),
  aws_s3_bucket_versioning: joined("", "bucket"),
  aws_secretsmanager_secret: { by: "lookup", lookup: "secret" },
  aws_secretsmanager_secret_policy: joined("", "secret_arn"),
  aws_secretsmanager_secret_version: { by: "lookup", lookup: "secretVersion" },
  aws_security_group: TAG,
  aws_sns_topic: {
    by: "name",
    id: (argument, account) => {
      const name = argument("name");
      return name === undefined ? undefined : regionalArn(account, "sns", name);
    },
  },
  aws_sns_topic_policy: joined("", "arn"),
  aws_sns_topic_subscription: { by: "lookup", lookup: "subscription" },
  aws_subnet: TAG,
  aws_vpc: TAG,
  aws_vpc_endpoint: TAG,
  aws_vpc_security_group_egress_rule: { by: "rule" },
  aws_vpc_security_group_ingress_rule: { by: "rule" },
};
