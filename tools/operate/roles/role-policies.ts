import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from "@aws-sdk/client-iam";
import { awsManagedPolicyArn, parseRoleArn } from "../../../src/shared/arn";
import { UserError } from "../../../src/shared/user-error";
import { isNamed } from "../../shared/aws/errors";
import type { AwsSession } from "../../shared/aws/session";

/** An identity policy of a role, as it is in IAM. */
export interface RolePolicy {
  readonly name: string;
  /** Where the policy is: in the role, in the account, or in AWS, which alone can change it. */
  readonly kind: "inline" | "attached" | "AWS managed";
  /** The document as JSON. */
  readonly document: string;
}

/** Permissions that are needed to read policies. */
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
 * @throws UserError when there is no such role, or its policies cannot be read
 */
export async function rolePolicies(roleArn: string, session: AwsSession): Promise<RolePolicy[]> {
  const client = session.lookClient(IAMClient);
  const { name = "" } = parseRoleArn(roleArn) ?? {};
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
        `Use credentials of account ${session.account.id} that allow ${READ_ACTIONS.join(", ")}.`,
      ].join("\n"),
    );
  }
}

/** Credentials of another account would find another role of the same name. */
async function requireRole(client: IAMClient, name: string, arn: string): Promise<void> {
  const found = await client.send(new GetRoleCommand({ RoleName: name })).catch((error: unknown) => {
    if (isNamed(error, "NoSuchEntityException")) {
      throw new UserError(
        `There is no role ${arn}. Create it as docs/first-deployment.md describes under "Execution role", or fix lambdaExecutionRoleArn in src/config/environments.ts.`,
      );
    }
    throw error;
  });
  if (found.Role?.Arn !== arn) {
    throw new UserError(
      `The role that your credentials find is ${found.Role?.Arn ?? "unknown"}, not ${arn}. Switch the profile, or fix lambdaExecutionRoleArn in src/config/environments.ts.`,
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
      const kind = arn.startsWith(awsManagedPolicyArn("")) ? "AWS managed" : "attached";
      policies.push({ name, kind, document: decoded(current?.Document) });
    }
  }
  return policies;
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html - documents are URL-encoded */
function decoded(document = ""): string {
  return decodeURIComponent(document);
}
