import { paginateGetResources, ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { parseArn } from "../../../src/shared/arn";
import { GLOBAL_REGION, type AwsSession } from "../../shared/aws/session";

/** Something in AWS with the tag of a stack. */
export interface TaggedResource {
  readonly arn: string;
  /** Value of its tag `Name`. @default - it has none */
  readonly name?: string;
  /** Terraform's resource types; several if the ARN matches several, none if its kind is unknown. */
  readonly types: readonly string[];
  /** Import id. */
  readonly id: string;
}

/** A kind of resource, by its ARN. */
interface ArnKind {
  readonly service: string;
  /** Matches the part after the account. The groups, joined by `/`, are the id; without groups it is the whole ARN. */
  readonly resource: RegExp;
  readonly types: readonly string[];
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
const ARN_KINDS: readonly ArnKind[] = [
  { service: "apigateway", resource: /^\/restapis\/([^/]+)$/, types: ["aws_api_gateway_rest_api"] },
  { service: "apigateway", resource: /^\/restapis\/([^/]+)\/stages\/([^/]+)$/, types: ["aws_api_gateway_stage"] },
  { service: "apigateway", resource: /^\/usageplans\/([^/]+)$/, types: ["aws_api_gateway_usage_plan"] },
  { service: "cloudfront", resource: /^distribution\/(.+)$/, types: ["aws_cloudfront_distribution"] },
  { service: "cloudwatch", resource: /^alarm:(.+)$/, types: ["aws_cloudwatch_metric_alarm"] },
  { service: "ec2", resource: /^elastic-ip\/(.+)$/, types: ["aws_eip"] },
  { service: "ec2", resource: /^internet-gateway\/(.+)$/, types: ["aws_internet_gateway"] },
  { service: "ec2", resource: /^natgateway\/(.+)$/, types: ["aws_nat_gateway"] },
  { service: "ec2", resource: /^route-table\/(.+)$/, types: ["aws_route_table"] },
  {
    service: "ec2",
    resource: /^security-group\/(.+)$/,
    types: ["aws_security_group", "aws_default_security_group"],
  },
  {
    service: "ec2",
    resource: /^security-group-rule\/(.+)$/,
    types: ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"],
  },
  { service: "ec2", resource: /^subnet\/(.+)$/, types: ["aws_subnet"] },
  { service: "ec2", resource: /^vpc\/(.+)$/, types: ["aws_vpc"] },
  { service: "ec2", resource: /^vpc-endpoint\/(.+)$/, types: ["aws_vpc_endpoint"] },
  { service: "kms", resource: /^key\/(.+)$/, types: ["aws_kms_key"] },
  { service: "lambda", resource: /^function:([^:]+)$/, types: ["aws_lambda_function"] },
  { service: "logs", resource: /^log-group:([^:]+)(?::\*)?$/, types: ["aws_cloudwatch_log_group"] },
  { service: "rds", resource: /^cluster:(.+)$/, types: ["aws_rds_cluster"] },
  { service: "rds", resource: /^cluster-pg:(.+)$/, types: ["aws_rds_cluster_parameter_group"] },
  { service: "rds", resource: /^db:(.+)$/, types: ["aws_rds_cluster_instance"] },
  { service: "rds", resource: /^subgrp:(.+)$/, types: ["aws_db_subnet_group"] },
  { service: "s3", resource: /^([^/]+)$/, types: ["aws_s3_bucket"] },
  { service: "secretsmanager", resource: /^secret:.+$/, types: ["aws_secretsmanager_secret"] },
  { service: "sns", resource: /^[^:]+$/, types: ["aws_sns_topic"] },
];

/** Backups have the tags of their database. They are not orphans. */
const BACKUP = /^(snapshot|cluster-snapshot|auto-backup|cluster-auto-backup):/;

/**
 * The resource type and import id behind an ARN.
 *
 * @returns no types and the ARN as id if the kind is unknown
 */
export function identify(arn: string): Pick<TaggedResource, "types" | "id"> {
  const { resource = "", service } = parseArn(arn) ?? {};
  for (const kind of ARN_KINDS) {
    const match = kind.service === service ? kind.resource.exec(resource) : null;
    if (match) {
      return { types: kind.types, id: match.slice(1).join("/") || arn };
    }
  }
  return { types: [], id: arn };
}

/**
 * Everything with a stack's tag, except backups. It may include resources that were deleted recently, and lack those
 * that were created in the last seconds.
 *
 * @param stackTag - value of the tag `Stack`
 * @see https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html
 */
export async function findTagged(stackTag: string, session: AwsSession): Promise<TaggedResource[]> {
  const found = new Map<string, TaggedResource>();
  for (const region of new Set([session.account.region, GLOBAL_REGION])) {
    const client = session.lookClient(ResourceGroupsTaggingAPIClient, region);
    const filter = { TagFilters: [{ Key: "Stack", Values: [stackTag] }] };
    for await (const { ResourceTagMappingList: page = [] } of paginateGetResources({ client }, filter)) {
      for (const { ResourceARN: arn = "", Tags: tags = [] } of page) {
        if (!isBackup(arn)) {
          found.set(arn, { arn, name: tags.find(({ Key }) => Key === "Name")?.Value, ...identify(arn) });
        }
      }
    }
  }
  return [...found.values()];
}

function isBackup(arn: string): boolean {
  const { resource = "", service } = parseArn(arn) ?? {};
  return service === "rds" && BACKUP.test(resource);
}
