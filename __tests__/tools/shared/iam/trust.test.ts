import { LAMBDA, trusts } from "../../../../tools/shared/iam/trust";

const allow = { Effect: "Allow", Principal: { Service: LAMBDA }, Action: "sts:AssumeRole" };
const deny = { ...allow, Effect: "Deny" };
const condition = { StringEquals: { "aws:SourceAccount": "111122223333" } };

function document(statement: unknown): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statement });
}

test.each([
  ["the statement of the documentation", [allow], "yes"],
  ["a single statement without its list", allow, "yes"],
  ["one service of several", [{ ...allow, Principal: { Service: ["edgelambda.amazonaws.com", LAMBDA] } }], "yes"],
  ["one action of several", [{ ...allow, Action: ["sts:TagSession", "sts:AssumeRole"] }], "yes"],
  ["an action in another case", [{ ...allow, Action: "STS:assumerole" }], "yes"],
  ["a wildcard for the action", [{ ...allow, Action: "sts:Assume*" }], "yes"],
  ["every action", [{ ...allow, Action: "*" }], "yes"],
  ["a condition", [{ ...allow, Condition: condition }], "conditionally"],
  ["a condition, and another Allow without one", [{ ...allow, Condition: condition }, allow], "yes"],
  ["a Deny with a condition", [allow, { ...deny, Condition: condition }], "yes"],
  ["a Deny", [allow, deny], "no"],
  ["a Deny for everyone", [allow, { ...deny, Principal: "*" }], "no"],
  ["a Deny for another service", [allow, { ...deny, Principal: { Service: "ec2.amazonaws.com" } }], "yes"],
  ["another service", [{ ...allow, Principal: { Service: "ec2.amazonaws.com" } }], "no"],
  ["a service whose name ends the same way", [{ ...allow, Principal: { Service: `edge${LAMBDA}` } }], "no"],
  ["an account", [{ ...allow, Principal: { AWS: "111122223333" } }], "no"],
  ["every account, which is not a service", [{ ...allow, Principal: "*" }], "no"],
  ["another action", [{ ...allow, Action: "sts:AssumeRoleWithWebIdentity" }], "no"],
  ["a name in which the dot is another character", [{ ...allow, Action: "sts.AssumeRole" }], "no"],
  ["no statement", [], "no"],
  ["an empty condition, which is none", [{ ...allow, Condition: {} }], "yes"],
])("a trust policy with %s", (_, statement, trust) => {
  expect(trusts(document(statement), LAMBDA)).toBe(trust);
});
