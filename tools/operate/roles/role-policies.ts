import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  NoSuchEntityException,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from "@aws-sdk/client-iam";
import type { AwsAccount } from "../../../src/shared/aws-account";
import { UserError } from "../../../src/shared/user-error";
import { lookSettings } from "../../shared/aws/client-settings";

/** An identity policy of a role, as it stands in IAM. */
export interface RolePolicy {
  readonly name: string;
  /** Where the policy is kept: in the role itself, in the account, or by AWS, which nobody else can change. */
  readonly kind: "inline" | "attached" | "AWS managed";
  /** The document as JSON. */
  readonly document: string;
}

/** What reading takes, for the message of whoever may not. */
const READ_ACTIONS = [
  "iam:GetPolicy",
  "iam:GetPolicyVersion",
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListRolePolicies",
];

/**
 * Reads every identity policy of a role: those in it, then those attached to it.
 *
 * @param roleArn - of the configuration
 * @param account - where the role must be
 * @param env - environment with the caller's AWS settings
 * @throws UserError when there is no such role, or its policies cannot be read
 */
export async function rolePolicies(
  roleArn: string,
  account: AwsAccount,
  env: NodeJS.ProcessEnv,
): Promise<RolePolicy[]> {
  const client = new IAMClient(lookSettings(account.region, env));
  const name = roleArn.slice(roleArn.lastIndexOf("/") + 1);
  try {
    await requireRole(client, name, roleArn);
    return [...(await inlinePolicies(client, name)), ...(await attachedPolicies(client, name))];
  } catch (error) {
    if (error instanceof UserError) {
      throw error;
    }
    throw new UserError(
      [
        `The policies of ${roleArn} cannot be read: ${String(error)}`,
        `Set credentials of account ${account.id} that allow ${READ_ACTIONS.join(", ")}.`,
      ].join("\n"),
    );
  }
}

/** Credentials of another account would find another role of the same name. */
async function requireRole(client: IAMClient, name: string, arn: string): Promise<void> {
  const found = await client.send(new GetRoleCommand({ RoleName: name })).catch((error: unknown) => {
    if (error instanceof NoSuchEntityException) {
      throw new UserError(
        `There is no role ${arn}. Make it as docs/first-deployment.md says under "Execution role", or mend lambdaExecutionRoleArn in src/config/environments.ts.`,
      );
    }
    throw error;
  });
  if (found.Role?.Arn !== arn) {
    throw new UserError(
      `The role that your credentials find is ${found.Role?.Arn ?? "unknown"}, not ${arn}. Switch the profile, or mend lambdaExecutionRoleArn in src/config/environments.ts.`,
    );
  }
}

async function inlinePolicies(client: IAMClient, role: string): Promise<RolePolicy[]> {
  const policies: RolePolicy[] = [];
  for await (const { PolicyNames: names = [] } of paginateListRolePolicies({ client }, { RoleName: role })) {
    for (const name of names) {
      const { PolicyDocument: document } = await client.send(
        new GetRolePolicyCommand({ RoleName: role, PolicyName: name }),
      );
      policies.push({ name, kind: "inline", document: decoded(document) });
    }
  }
  return policies;
}

async function attachedPolicies(client: IAMClient, role: string): Promise<RolePolicy[]> {
  const policies: RolePolicy[] = [];
  for await (const { AttachedPolicies: page = [] } of paginateListAttachedRolePolicies(
    { client },
    { RoleName: role },
  )) {
    for (const { PolicyArn: arn = "", PolicyName: name = arn } of page) {
      const { Policy: policy } = await client.send(new GetPolicyCommand({ PolicyArn: arn }));
      const version = { PolicyArn: arn, VersionId: policy?.DefaultVersionId };
      const { PolicyVersion: current } = await client.send(new GetPolicyVersionCommand(version));
      const kind = arn.startsWith("arn:aws:iam::aws:") ? "AWS managed" : "attached";
      policies.push({ name, kind, document: decoded(current?.Document) });
    }
  }
  return policies;
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html - documents are URL-encoded */
function decoded(document = ""): string {
  return decodeURIComponent(document);
}
