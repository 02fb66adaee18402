import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { policyDocument } from "../../../src/constructs/security/policy-document";
import { stackName } from "../../../src/config/names";
import { clientSettings } from "../../shared/aws/client-settings";
import { executionPolicy } from "../../operate/roles/execution-role";

/**
 * Makes the role that the handover supplies from outside, as docs/first-deployment.md says: it trusts Lambda,
 * and has the policy that the environment asks for, under the stack's name.
 *
 * @param config - environment that the role is for
 * @param env - environment of whoever talks to the emulator
 */
export async function makeExecutionRole(config: EnvironmentConfig, env: NodeJS.ProcessEnv): Promise<void> {
  const client = new IAMClient(clientSettings(config.account.region, env));
  const [, path = "/", name = ""] = /:role(\/(?:.*\/)?)([^/]+)$/.exec(config.lambdaExecutionRoleArn) ?? [];
  await client.send(
    new CreateRoleCommand({
      RoleName: name,
      Path: path,
      AssumeRolePolicyDocument: policyDocument([
        {
          Sid: "LambdaAssumes",
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ]),
    }),
  );
  await client.send(
    new PutRolePolicyCommand({
      RoleName: name,
      PolicyName: stackName(config.name),
      PolicyDocument: executionPolicy(config),
    }),
  );
}
