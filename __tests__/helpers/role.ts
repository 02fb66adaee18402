import { dev } from "../fixtures/environments";
import { ExternalRole } from "../../src/constructs/security/external-role";
import type { IdentityStatement } from "../../src/constructs/security/policy-document";

/** The execution role for a construct under test that is asked to let it do something. */
export function executionRole(): ExternalRole {
  return new ExternalRole({ title: "ExecutionRole", arn: dev.lambdaExecutionRoleArn });
}

/** The statements that a role was asked to have. */
export function askedOf(role: ExternalRole): IdentityStatement[] {
  return (JSON.parse(role.policy) as { Statement: IdentityStatement[] }).Statement;
}
