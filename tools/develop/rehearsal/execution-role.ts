import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { stackName } from "../../../src/config/names";
import { parseRoleArn } from "../../../src/shared/arn";
import { executionPolicy } from "../../operate/roles/execution-role";
import type { AwsSession } from "../../shared/aws/session";
import { LAMBDA_TRUST } from "../../shared/iam/trust";

/**
 * Creates the execution role, which the handover expects to exist, as docs/first-deployment.md describes: it trusts
 * Lambda, and has the policy that the environment needs, named after the stack.
 *
 * @param config - environment that the role is for
 */
export async function createExecutionRole(config: EnvironmentConfig, session: AwsSession): Promise<void> {
  const client = session.client(IAMClient);
  const { path, name } = parseRoleArn(config.lambdaExecutionRoleArn) ?? {};
  await client.send(new CreateRoleCommand({ RoleName: name, Path: path, AssumeRolePolicyDocument: LAMBDA_TRUST }));
  await client.send(
    new PutRolePolicyCommand({
      RoleName: name,
      PolicyName: stackName(config.name),
      PolicyDocument: executionPolicy(config),
    }),
  );
}
