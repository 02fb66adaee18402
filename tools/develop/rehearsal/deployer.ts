import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { policyDocument } from "../../../src/constructs/security/policy-document";
import { accountRootArn, parseRoleArn, type RoleName } from "../../../src/shared/arn";
import { UserError } from "../../../src/shared/user-error";
import { isNamed } from "../../shared/aws/errors";
import { AwsSession } from "../../shared/aws/session";

/** Session name of the rehearsal, which appears in the emulator's answers. */
const SESSION = "rehearsal";

/**
 * Assumes the role of the configuration's first secret reader, and creates it if it is missing: only a secret reader
 * can plan.
 *
 * @param config - environment to plan
 * @param env - environment of a client of the emulator
 * @returns the same environment with the role's temporary credentials
 * @throws UserError when no secret reader is a role
 */
export async function assumeDeployer(config: EnvironmentConfig, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const session = new AwsSession(config.account, env);
  const arn = config.secretReaderArns.find((reader) => parseRoleArn(reader) !== undefined);
  const role = parseRoleArn(arn ?? "");
  if (role === undefined) {
    throw new UserError(`secretReaderArns of ${config.name} has no role that a rehearsal can assume. Add one.`);
  }
  await ensureRole(role, session);
  const { Credentials: credentials } = await session
    .client(STSClient)
    .send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: SESSION }));
  return {
    ...env,
    AWS_ACCESS_KEY_ID: credentials?.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials?.SecretAccessKey,
    AWS_SESSION_TOKEN: credentials?.SessionToken,
  };
}

async function ensureRole({ path, name }: RoleName, session: AwsSession): Promise<void> {
  const trust = policyDocument([
    {
      Sid: "AccountAssumes",
      Effect: "Allow",
      Principal: { AWS: accountRootArn(session.account.id) },
      Action: "sts:AssumeRole",
    },
  ]);
  try {
    await session
      .client(IAMClient)
      .send(new CreateRoleCommand({ RoleName: name, Path: path, AssumeRolePolicyDocument: trust }));
  } catch (error) {
    if (!isNamed(error, "EntityAlreadyExistsException")) {
      throw error;
    }
  }
}
