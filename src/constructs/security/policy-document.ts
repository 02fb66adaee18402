/** Condition block of a policy statement: operator, key, value or values. */
export type PolicyConditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Whom a statement speaks of: `"*"`, IAM principals, or AWS services. */
export type PolicyPrincipal =
  "*" | { readonly AWS: string | readonly string[] } | { readonly Service: string | readonly string[] };

/** What every kind of policy says in a statement, in IAM's own terms. */
interface Statement {
  /** Names the statement for the reader of a plan. Letters and digits. */
  readonly Sid: string;
  /** What happens to a request that the statement matches. */
  readonly Effect: "Allow" | "Deny";
  /** Actions, with the service before the colon; wildcards are welcome. */
  readonly Action: string | readonly string[];
  /** @default - the statement holds always */
  readonly Condition?: PolicyConditions;
}

/** One statement of a resource or trust policy. */
export interface PolicyStatement extends Statement {
  /** Whom the statement speaks of. */
  readonly Principal: PolicyPrincipal;
  /** @default - none: a trust policy has no resource */
  readonly Resource?: string | readonly string[];
}

/** One statement of an identity policy: it speaks of whoever the policy is attached to. */
export interface IdentityStatement extends Statement {
  /** ARNs that the statement covers; wildcards are welcome. */
  readonly Resource: string | readonly string[];
  readonly Principal?: never;
}

/**
 * A resource or trust policy as JSON. Written out here and not by a data source, so that a plan shows it
 * before anything exists.
 *
 * @param statements - in the order in which they are written; tokens are welcome
 */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  return documentOf(statements);
}

/**
 * An identity policy as JSON.
 *
 * @param statements - in the order in which they are written
 */
export function identityPolicy(statements: readonly IdentityStatement[]): string {
  return documentOf(statements);
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

function documentOf(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
