import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { EnvironmentConfig } from "../../../src/config/environment";
import { UserError } from "../../../src/shared/user-error";
import { policyDocument } from "../../../src/constructs/security/policy-document";
import { clientSettings } from "../../shared/aws/client-settings";
import { isNamed } from "../../shared/aws/errors";
import { roleOf } from "../../shared/aws/principal";

/** Tells the calls of a rehearsal apart in the emulator's answers. */
const SESSION = "rehearsal";

/**
 * Takes on the role of the configuration's first secret reader, which is made where it is missing: whoever
 * plans has to be one of the secret readers.
 *
 * @param config - environment that is to be planned
 * @param env - environment of whoever talks to the emulator
 * @returns the same environment with the role's temporary credentials
 * @throws UserError when no secret reader is a role
 */
export async function assumeDeployer(config: EnvironmentConfig, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const { id, region } = config.account;
  const arn = config.secretReaderArns.find((reader) => reader.includes(":role/"));
  if (arn === undefined) {
    throw new UserError(`secretReaderArns of ${config.name} has no role that a rehearsal could take on. Add one.`);
  }
  await makeRole(arn, id, new IAMClient(clientSettings(region, env)));
  const { Credentials: credentials } = await new STSClient(clientSettings(region, env)).send(
    new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: SESSION }),
  );
  return {
    ...env,
    AWS_ACCESS_KEY_ID: credentials?.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials?.SecretAccessKey,
    AWS_SESSION_TOKEN: credentials?.SessionToken,
  };
}

async function makeRole(arn: string, accountId: string, iam: IAMClient): Promise<void> {
  const { path, name } = roleOf(arn);
  const trust = policyDocument([
    {
      Sid: "AccountAssumes",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: "sts:AssumeRole",
    },
  ]);
  try {
    await iam.send(new CreateRoleCommand({ RoleName: name, Path: path, AssumeRolePolicyDocument: trust }));
  } catch (error) {
    if (!isNamed(error, "EntityAlreadyExistsException")) {
      throw error;
    }
  }
}
