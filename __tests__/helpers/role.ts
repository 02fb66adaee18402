import { ACCOUNT, dev } from "../fixtures/environments";
import { FunctionRole } from "../../src/constructs/compute/function-role";
import type { ExternalRole } from "../../src/constructs/security/external-role";
import type { IdentityStatement } from "../../src/constructs/security/policy-document";

/** The execution role, for a construct under test that grants it something. */
export function executionRole(): FunctionRole {
  return new FunctionRole({ title: "ExecutionRole", arn: dev.lambdaExecutionRoleArn, account: ACCOUNT });
}

/** The statements of the policy that a role needs. */
export function grantedTo(role: ExternalRole): IdentityStatement[] {
  return (JSON.parse(role.policy) as { Statement: IdentityStatement[] }).Statement;
}
