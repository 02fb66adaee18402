import { isObject, type Json } from "../terraform/plan-json";

/** How two policies differ in one statement. */
export interface StatementChange {
  readonly change: "added" | "removed" | "changed";
  /** The statement's Sid, or a word that says that it has none. */
  readonly name: string;
  /** Effect afterwards; of a removed statement, the one that it had. */
  readonly effect: string;
  /** One line an element that differs: `+ Action kms:Decrypt`, `- Principal AWS: arn:…`. */
  readonly lines: readonly string[];
  /** True where an Allow afterwards speaks to everyone and no condition limits it. */
  readonly public: boolean;
}

/** Elements of a statement, each as a sorted list: order and "one value or a list of one" mean nothing in a policy. */
type Statement = ReadonlyMap<string, readonly string[]>;

/** Stands where a statement's name would. */
const NO_SID = "a statement without Sid";

/**
 * Reads a policy document.
 *
 * @returns undefined where the text is none
 */
export function parsePolicy(text: Json | undefined): readonly Json[] | undefined {
  const policy = parseJson(text);
  const statement = isObject(policy) ? policy.Statement : undefined;
  if (statement === undefined) {
    return undefined;
  }
  return Array.isArray(statement) ? (statement as readonly Json[]) : [statement];
}

/** A text that holds a JSON object or list, as that; undefined for anything else. */
export function parseJson(text: Json | undefined): Json | undefined {
  if (typeof text !== "string" || !/^\s*[[{]/.test(text)) {
    return undefined;
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    // A text that merely begins like JSON is a text.
    return undefined;
  }
}

/**
 * Compares two policies by statement: what has the same Sid is the same statement, what has none is
 * compared as a whole. Neither order nor spelling counts.
 *
 * @param before - statements; none where there was no policy
 * @param after - statements; none where there will be no policy
 */
export function compareStatements(before: readonly Json[], after: readonly Json[]): StatementChange[] {
  const old = named(before);
  const now = named(after);
  const changes: StatementChange[] = [];
  for (const [key, statement] of now) {
    const previous = old.get(key);
    if (previous === undefined) {
      changes.push(describe("added", key, statement, linesOf("+ ", statement)));
    } else if (!equal(previous, statement)) {
      changes.push(describe("changed", key, statement, difference(previous, statement)));
    }
  }
  for (const [key, statement] of old) {
    if (!now.has(key)) {
      changes.push(describe("removed", key, statement, linesOf("- ", statement)));
    }
  }
  return changes;
}

function describe(
  change: StatementChange["change"],
  key: string,
  statement: Statement,
  lines: readonly string[],
): StatementChange {
  const effect = statement.get("Effect")?.join() ?? "";
  const everyone = (statement.get("Principal") ?? []).includes("AWS: *") || statement.has("NotPrincipal");
  const name = key.startsWith(NO_SID) ? NO_SID : key;
  const unlimited = ![...statement.keys()].some((element) => element.startsWith("Condition"));
  return { change, name, effect, lines, public: change !== "removed" && effect === "Allow" && everyone && unlimited };
}

/** By Sid; a statement without one by its content, so that it is only ever there or not there. */
function named(statements: readonly Json[]): Map<string, Statement> {
  const result = new Map<string, Statement>();
  for (const [index, value] of statements.entries()) {
    const statement = normalise(value);
    const sid = isObject(value) && typeof value.Sid === "string" ? value.Sid : undefined;
    const key = sid ?? `${NO_SID} ${JSON.stringify([...statement])}`;
    result.set(result.has(key) ? `${key} (${String(index + 1)})` : key, statement);
  }
  return result;
}

function normalise(statement: Json): Statement {
  const elements = new Map<string, readonly string[]>();
  if (!isObject(statement)) {
    return elements;
  }
  for (const [name, value] of Object.entries(statement)) {
    if (name === "Principal" || name === "NotPrincipal") {
      elements.set(name, principals(value));
    } else if (name === "Condition") {
      for (const [operator, keys] of Object.entries(isObject(value) ? value : {})) {
        for (const [key, values] of Object.entries(isObject(keys) ? keys : {})) {
          elements.set(`Condition ${operator} ${key}`, list(values));
        }
      }
    } else if (name !== "Sid") {
      elements.set(name, list(value));
    }
  }
  return new Map([...elements].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function principals(value: Json): string[] {
  if (!isObject(value)) {
    return list(value).map((principal) => `AWS: ${principal}`);
  }
  return Object.entries(value)
    .flatMap(([kind, names]) => list(names).map((name) => `${kind}: ${name}`))
    .sort();
}

function list(value: Json): string[] {
  const values: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return values.map((item) => (typeof item === "string" ? item : JSON.stringify(item))).sort();
}

function equal(a: Statement, b: Statement): boolean {
  return JSON.stringify([...a]) === JSON.stringify([...b]);
}

function linesOf(sign: string, statement: Statement): string[] {
  return [...statement].flatMap(([element, values]) => values.map((value) => `${sign}${element} ${value}`));
}

function difference(before: Statement, after: Statement): string[] {
  const old = linesOf("", before);
  const now = linesOf("", after);
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ];
}
