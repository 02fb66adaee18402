import { policyDocument } from "../../../src/constructs/security/policy-document";
import { coversAction } from "./match";
import { isConditional, parsePolicy, valuesOf, type ParsedStatement } from "./policy";

/** The service that assumes the execution role. */
export const LAMBDA = "lambda.amazonaws.com";

/** Trust policy that allows Lambda to assume a role, and no other principal. */
export const LAMBDA_TRUST = policyDocument([
  { Sid: "LambdaAssumes", Effect: "Allow", Principal: { Service: LAMBDA }, Action: "sts:AssumeRole" },
]);

/** Whether a role trusts a service; `conditionally`: under a condition that is not evaluated here. */
export type Trust = "yes" | "conditionally" | "no";

/**
 * Whether a trust policy allows a service to assume its role. A Deny counts only if it has no condition.
 *
 * @param document - JSON
 * @param service - such as {@link LAMBDA}
 */
export function trusts(document: string, service: string): Trust {
  const relevant = (parsePolicy(document) ?? []).filter(
    (statement) => appliesTo(statement, service) && coversAction(statement, "sts:AssumeRole"),
  );
  const withEffect = (effect: string): ParsedStatement[] => relevant.filter((statement) => statement.effect === effect);
  const isUnconditional = (statement: ParsedStatement): boolean => !isConditional(statement);
  if (withEffect("Deny").some(isUnconditional) || withEffect("Allow").length === 0) {
    return "no";
  }
  return withEffect("Allow").some(isUnconditional) ? "yes" : "conditionally";
}

function appliesTo(statement: ParsedStatement, service: string): boolean {
  const principals = valuesOf(statement, "Principal");
  // "*" denies everyone, but it allows only IAM principals, not services.
  return principals.includes(`Service: ${service}`) || (statement.effect === "Deny" && principals.includes("AWS: *"));
}
