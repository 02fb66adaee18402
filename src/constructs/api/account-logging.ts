import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { awsManagedPolicyArn } from "../../shared/arn";
import { policyDocument } from "../security/policy-document";

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html */
const LOGGING_POLICY = awsManagedPolicyArn("service-role/AmazonAPIGatewayPushToCloudWatchLogs");

/** Inputs of {@link ApiGatewayAccountLogging}. */
export interface ApiGatewayAccountLoggingProps {
  /** Name of the role that API Gateway writes logs as, up to 64 characters. */
  readonly roleName: string;
}

/**
 * Lets API Gateway write logs. It is a setting of the account and region, not of an API: two stacks that both manage it
 * would overwrite each other.
 */
export class ApiGatewayAccountLogging extends Construct {
  public constructor(scope: Construct, id: string, { roleName }: ApiGatewayAccountLoggingProps) {
    super(scope, id);
    const role = new IamRole(this, "Role", {
      name: roleName,
      description: "API Gateway writes access and execution logs",
      assumeRolePolicy: policyDocument([
        {
          Sid: "ApiGatewayWritesLogs",
          Effect: "Allow",
          Principal: { Service: "apigateway.amazonaws.com" },
          // No aws:SourceAccount condition: API Gateway does not send it when it assumes a role, and would be denied.
          Action: "sts:AssumeRole",
        },
      ]),
    });
    const attachment = new IamRolePolicyAttachment(this, "Policy", { role: role.name, policyArn: LOGGING_POLICY });
    new ApiGatewayAccount(this, "Resource", { cloudwatchRoleArn: role.arn, dependsOn: [attachment] });
  }
}
