import { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * Name of a statement that a construct adds to a role's policy: the ids on its path below the stack, and what the
 * statement allows. Two constructs of one stack never get the same name.
 *
 * @param construct - owner of what is granted
 * @param right - what is allowed, such as `Read`
 * @returns letters and digits, as IAM requires of a Sid
 */
export function statementId(construct: IConstruct, right: string): string {
  const { scopes } = construct.node;
  const ids = scopes.slice(scopes.indexOf(TerraformStack.of(construct)) + 1).map(({ node }) => node.id);
  return [...ids, right].join("").replaceAll(/[^A-Za-z0-9]/g, "");
}
