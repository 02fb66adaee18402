import { isConditional, valuesOf, type ParsedStatement } from "./policy";

/** How two policies differ in one statement. */
export interface StatementChange {
  readonly change: "added" | "removed" | "changed";
  /** The statement's Sid, or `a statement without Sid`. */
  readonly name: string;
  /** Effect after the change; before it, if the statement is removed. */
  readonly effect: string;
  /** One line for each value that differs: `+ Action kms:Decrypt`, `- Principal AWS: arn:…`. */
  readonly lines: readonly string[];
  /** True if the statement afterwards allows everyone, without a condition. */
  readonly public: boolean;
}

/** The name of a statement that has none. */
const NO_SID = "a statement without Sid";

/**
 * Compares two policies by statement: statements with the same Sid are the same statement, those without one are
 * compared as a whole. Order and spelling have no meaning.
 *
 * @param before - empty if there was no policy
 * @param after - empty if there will be no policy
 */
export function compareStatements(
  before: readonly ParsedStatement[],
  after: readonly ParsedStatement[],
): StatementChange[] {
  const old = named(before);
  const now = named(after);
  const changes: StatementChange[] = [];
  for (const [key, statement] of now) {
    const previous = old.get(key);
    if (previous === undefined) {
      changes.push(describe("added", key, statement, linesOf("+ ", statement)));
    } else if (text(previous) !== text(statement)) {
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
  statement: ParsedStatement,
  lines: readonly string[],
): StatementChange {
  const { effect, elements } = statement;
  const everyone = valuesOf(statement, "Principal").includes("AWS: *") || elements.has("NotPrincipal");
  return {
    change,
    name: key.startsWith(NO_SID) ? NO_SID : key,
    effect,
    lines,
    public: change !== "removed" && effect === "Allow" && everyone && !isConditional(statement),
  };
}

/** By Sid; a statement without one by its content, so that it is either added or removed. */
function named(statements: readonly ParsedStatement[]): Map<string, ParsedStatement> {
  const result = new Map<string, ParsedStatement>();
  for (const [index, statement] of statements.entries()) {
    const key = statement.sid ?? `${NO_SID} ${text(statement)}`;
    result.set(result.has(key) ? `${key} (${String(index + 1)})` : key, statement);
  }
  return result;
}

/** Equal for statements that mean the same: the order of elements and values has no meaning. */
function text(statement: ParsedStatement): string {
  return JSON.stringify(sortedElements(statement));
}

function sortedElements({ elements }: ParsedStatement): [string, string[]][] {
  return [...elements]
    .map(([name, values]): [string, string[]] => [name, [...values].sort()])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function linesOf(sign: string, statement: ParsedStatement): string[] {
  return sortedElements(statement).flatMap(([name, values]) => values.map((value) => `${sign}${name} ${value}`));
}

function difference(before: ParsedStatement, after: ParsedStatement): string[] {
  const old = linesOf("", before);
  const now = linesOf("", after);
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ];
}
