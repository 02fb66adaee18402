import { TerraformResource, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * Resource types that hold data or identity, each with what is lost when one is destroyed. In a protected stack they
 * have `prevent_destroy`.
 */
export const PROTECTED_TYPES: Readonly<Record<string, string>> = {
  aws_api_gateway_rest_api: "the API's URL, which clients and the payment provider's webhooks call",
  aws_cloudfront_distribution: "the CDN's domain name, which is in every image link",
  aws_cloudwatch_log_group: "the record of what happened",
  aws_eip: "the address that outgoing calls come from, which partners have on their allow-lists",
  aws_kms_key: "everything that is encrypted under it, backups and invoices included",
  aws_rds_cluster: "the database",
  aws_rds_cluster_instance: "the database's writer",
  aws_s3_bucket: "its objects, and the name, which anyone can then take",
  aws_secretsmanager_secret: "credentials, and the ARN that the function and its role are given",
  aws_vpc: "the network that the database, the function and the endpoints are in, and cannot leave",
};

/** Sets `prevent_destroy` on every resource of a type of {@link PROTECTED_TYPES}. */
export class PreventDestroy implements IAspect {
  public visit(node: IConstruct): void {
    if (TerraformResource.isTerraformResource(node) && node.terraformResourceType in PROTECTED_TYPES) {
      node.lifecycle = { ...node.lifecycle, preventDestroy: true };
    }
  }
}
