/** Condition block of a policy statement: operator, key, value or values. */
export type PolicyConditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Who a statement applies to: `"*"`, IAM principals, or AWS services. */
export type PolicyPrincipal =
  "*" | { readonly AWS: string | readonly string[] } | { readonly Service: string | readonly string[] };

/** What the statements of every kind of policy share, in IAM's own terms. */
interface CommonStatement {
  /** Names the statement for the reader of a plan. Letters and digits. */
  readonly Sid: string;
  /** What happens to a request that the statement matches. */
  readonly Effect: "Allow" | "Deny";
  /** Actions, with the service before the colon; may contain wildcards. */
  readonly Action: string | readonly string[];
  /** @default - the statement always applies */
  readonly Condition?: PolicyConditions;
}

/** One statement of a resource or trust policy. */
export interface PolicyStatement extends CommonStatement {
  /** Who the statement applies to. */
  readonly Principal: PolicyPrincipal;
  /** @default - none: a trust policy has no resource */
  readonly Resource?: string | readonly string[];
}

/** One statement of an identity policy. It applies to the principal that the policy is attached to. */
export interface IdentityStatement extends CommonStatement {
  /** ARNs that the statement covers; may contain wildcards. */
  readonly Resource: string | readonly string[];
  readonly Principal?: never;
}

/**
 * A resource or trust policy as JSON. It is not a data source, so a plan shows it before anything exists.
 *
 * @param statements - in the order in which they are written; may contain tokens
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
 * A statement that denies every request that does not use TLS.
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

function documentOf(statements: readonly CommonStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
