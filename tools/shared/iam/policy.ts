import { isObject, listOf, parseJson, type Json } from "../json";

/** Elements of a statement that this project reads. The name of a condition is `Condition OPERATOR KEY`. */
export type ElementName =
  "Effect" | "Action" | "NotAction" | "Resource" | "NotResource" | "Principal" | "NotPrincipal" | `Condition ${string}`;

/**
 * One statement of a policy, normalized: IAM accepts a value or a list of values, and conditions are nested.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export interface ParsedStatement {
  /** @default - it has no name */
  readonly sid?: string;
  /** `Allow` or `Deny`. */
  readonly effect: string;
  /**
   * Values of each element except the Sid, in the order of the policy. A principal is `TYPE: NAME`, such as
   * `Service: lambda.amazonaws.com`; everyone is `AWS: *`.
   */
  readonly elements: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a policy document.
 *
 * @param text - JSON
 * @returns undefined if the text is not a policy
 */
export function parsePolicy(text: Json | undefined): readonly ParsedStatement[] | undefined {
  const policy = parseJson(text);
  const statement = isObject(policy) ? policy.Statement : undefined;
  return statement === undefined ? undefined : listOf(statement).map(parseStatement);
}

/** Values of an element; none if the statement does not have it. */
export function valuesOf({ elements }: ParsedStatement, name: ElementName): readonly string[] {
  return elements.get(name) ?? [];
}

/** Whether a statement applies only under conditions. */
export function isConditional({ elements }: ParsedStatement): boolean {
  return [...elements.keys()].some((name) => name.startsWith(CONDITION));
}

const CONDITION = "Condition ";

/**
 * Conditions of a statement as texts that are equal if the conditions are: operators and keys are case-insensitive, and
 * the order of values has no meaning.
 */
export function conditionsOf({ elements }: ParsedStatement): ReadonlyMap<string, string> {
  return new Map(
    [...elements]
      .filter(([name]) => name.startsWith(CONDITION))
      .map(([name, values]) => [name.slice(CONDITION.length).toLowerCase(), JSON.stringify([...values].sort())]),
  );
}

function parseStatement(statement: Json): ParsedStatement {
  const { Sid: sid, ...others } = isObject(statement) ? statement : {};
  const elements = new Map(Object.entries(others).flatMap(([name, value]) => parseElement(name, value)));
  return {
    ...(typeof sid === "string" && { sid }),
    effect: elements.get("Effect")?.join() ?? "",
    elements,
  };
}

function parseElement(name: string, value: Json): [string, readonly string[]][] {
  if (name === "Principal" || name === "NotPrincipal") {
    return [[name, principalsOf(value)]];
  }
  if (name !== "Condition") {
    return [[name, texts(value)]];
  }
  return membersOf(value).flatMap(([operator, keys]) =>
    membersOf(keys).map(([key, values]): [string, readonly string[]] => [
      `${CONDITION}${operator} ${key}`,
      texts(values),
    ]),
  );
}

function principalsOf(value: Json): string[] {
  return isObject(value)
    ? Object.entries(value).flatMap(([type, names]) => texts(names).map((name) => `${type}: ${name}`))
    : texts(value).map((name) => `AWS: ${name}`);
}

function membersOf(value: Json): [string, Json][] {
  return isObject(value) ? Object.entries(value) : [];
}

function texts(value: Json): string[] {
  return listOf(value).map((item) => (typeof item === "string" ? item : JSON.stringify(item)));
}
