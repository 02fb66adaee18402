/** A service that assumes the execution role. */
export const LAMBDA = "lambda.amazonaws.com";

/** Whether a role lets a service assume it; `conditionally`: under a condition that is not judged here. */
export type Trust = "yes" | "conditionally" | "no";

/** One statement of a trust policy, as far as it is looked at. IAM writes a list of one without its brackets. */
interface TrustStatement {
  readonly Effect: string;
  readonly Principal?: string | { readonly Service?: string | readonly string[] };
  readonly Action?: string | readonly string[];
  readonly Condition?: unknown;
}

/**
 * Whether a trust policy lets a service assume its role. A denial counts only where it has no condition.
 *
 * @param encoded - the document as IAM gives it: JSON, URL-encoded
 * @param service - such as {@link LAMBDA}
 */
export function trusts(encoded: string, service: string): Trust {
  const document = JSON.parse(decodeURIComponent(encoded)) as {
    Statement?: TrustStatement | readonly TrustStatement[];
  };
  const about = list(document.Statement).filter((statement) => speaksOf(statement, service) && assumes(statement));
  const of = (effect: string): TrustStatement[] => about.filter(({ Effect }) => Effect === effect);
  const unconditional = ({ Condition }: TrustStatement): boolean => Condition === undefined;
  if (of("Deny").some(unconditional) || of("Allow").length === 0) {
    return "no";
  }
  return of("Allow").some(unconditional) ? "yes" : "conditionally";
}

function speaksOf({ Effect, Principal }: TrustStatement, service: string): boolean {
  if (typeof Principal === "string") {
    // "*" denies everyone; it does not make a role one for services.
    return Effect === "Deny" && Principal === "*";
  }
  return list(Principal?.Service).includes(service);
}

function assumes({ Action }: TrustStatement): boolean {
  return list(Action).some((pattern) => matches(pattern, "sts:AssumeRole"));
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
function matches(pattern: string, action: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "i").test(action);
}

function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) {
    return [];
  }
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
