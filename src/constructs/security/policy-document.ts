/** Condition block of a policy statement: operator, key, value or values. */
export type PolicyConditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Whom a statement speaks of: `"*"`, IAM principals, or AWS services. */
export type PolicyPrincipal =
  "*" | { readonly AWS: string | readonly string[] } | { readonly Service: string | readonly string[] };

/** One statement of a resource or trust policy, in IAM's own terms. */
export interface PolicyStatement {
  /** Names the statement for the reader of a plan. Letters and digits. */
  readonly Sid: string;
  /** What happens to a request that the statement matches. */
  readonly Effect: "Allow" | "Deny";
  /** Whom the statement speaks of. */
  readonly Principal: PolicyPrincipal;
  /** Actions, with the service before the colon; wildcards are welcome. */
  readonly Action: string | readonly string[];
  /** @default - none: a trust policy has no resource */
  readonly Resource?: string | readonly string[];
  /** @default - the statement holds always */
  readonly Condition?: PolicyConditions;
}

/**
 * A policy document as JSON. Written out here and not by a data source, so that a plan shows it
 * before anything exists.
 *
 * @param statements - in the order in which they are written; tokens are welcome
 */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/**
 * Refuses every request that does not come over TLS.
 *
 * @param action - all actions of the service, such as `s3:*`
 * @param resources - ARNs that the statement covers
 */
export function denyInsecureTransport(action: string, resources: readonly string[]): PolicyStatement {
  return {
    Sid: "DenyInsecureTransport",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resources,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
