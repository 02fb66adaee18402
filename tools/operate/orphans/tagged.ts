import { paginateGetResources, ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { lookSettings } from "../../shared/aws/client-settings";

/** Region that AWS keeps the tags of global services in, CloudFront's among them. */
const GLOBAL_REGION = "us-east-1";

/** Something that carries the tag of a stack. */
export interface TaggedResource {
  readonly arn: string;
  /** Value of its tag `Name`. @default - it has none */
  readonly name?: string;
  /** What Terraform calls it; more than one where the ARN does not tell. None: no type that is known here. */
  readonly types: readonly string[];
  /** What Terraform imports it by. */
  readonly id: string;
}

/** What an ARN is of. */
interface ArnKind {
  readonly service: string;
  /** Of the part behind the account. The groups, joined by `/`, are the id; without one it is the whole ARN. */
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

/** Backups carry the tags of their database. They are nobody's leftovers. */
const BACKUP = /^arn:aws:rds:[^:]*:\d+:(snapshot|cluster-snapshot|auto-backup|cluster-auto-backup):/;

/**
 * What an ARN is of, in Terraform's words.
 *
 * @returns no types and the ARN as id where the kind is not known
 */
export function identify(arn: string): Pick<TaggedResource, "types" | "id"> {
  const [, service = "", resource = ""] = /^arn:aws:([^:]+):[^:]*:[^:]*:(.+)$/.exec(arn) ?? [];
  for (const kind of ARN_KINDS) {
    const match = kind.service === service ? kind.resource.exec(resource) : null;
    if (match) {
      return { types: kind.types, id: match.slice(1).join("/") || arn };
    }
  }
  return { types: [], id: arn };
}

/**
 * Everything that carries a stack's tag, backups left out. It may name what was deleted a short while ago,
 * and lack what was made in the last seconds.
 *
 * @param stackTag - value of the tag `Stack`
 * @param region - where the stack lives
 * @param env - environment with the caller's AWS settings
 * @see https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html
 */
export async function findTagged(stackTag: string, region: string, env: NodeJS.ProcessEnv): Promise<TaggedResource[]> {
  const found = new Map<string, TaggedResource>();
  for (const place of new Set([region, GLOBAL_REGION])) {
    const client = new ResourceGroupsTaggingAPIClient(lookSettings(place, env));
    const filter = { TagFilters: [{ Key: "Stack", Values: [stackTag] }] };
    for await (const { ResourceTagMappingList: page = [] } of paginateGetResources({ client }, filter)) {
      for (const { ResourceARN: arn = "", Tags: tags = [] } of page) {
        if (!BACKUP.test(arn)) {
          found.set(arn, { arn, name: tags.find(({ Key }) => Key === "Name")?.Value, ...identify(arn) });
        }
      }
    }
  }
  return [...found.values()];
}
