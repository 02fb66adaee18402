import { parse, type Node, type ParseResult } from "libpg-query";
import { UserError } from "../../../src/shared/user-error";
import { bareSql } from "./bare-sql";

/** What a statement does to its transaction. Savepoints do nothing to it. */
export type TransactionControl = "begin" | "begin with modes" | "commit" | "rollback" | "prepare";

/** One statement of a script. */
export interface Statement {
  /** From its first word, without the semicolon. */
  readonly text: string;
  /** Line of the script in which it begins, from 1. */
  readonly line: number;
  /** First word of what PostgreSQL calls it, such as `INSERT`, also where it begins with `WITH`. */
  readonly command: string;
  /** Undefined if it does not begin or end a transaction. */
  readonly control: TransactionControl | undefined;
}

/** The fields of the parser's error that are used here. */
interface SyntaxError {
  readonly message: string;
  /** Number of characters before the mistake. */
  readonly sqlDetails?: { readonly cursorPosition: number };
}

const AT_END = "syntax error at end of input";

/** Commands that {@link Statement.command} cannot take from the first word. */
const COMMANDS: Readonly<Record<string, string>> = {
  SelectStmt: "SELECT",
  InsertStmt: "INSERT",
  UpdateStmt: "UPDATE",
  DeleteStmt: "DELETE",
  MergeStmt: "MERGE",
};

const CONTROLS: Readonly<Record<string, TransactionControl>> = {
  TRANS_STMT_BEGIN: "begin",
  TRANS_STMT_START: "begin",
  TRANS_STMT_COMMIT: "commit",
  TRANS_STMT_ROLLBACK: "rollback",
  TRANS_STMT_PREPARE: "prepare",
  TRANS_STMT_COMMIT_PREPARED: "prepare",
  TRANS_STMT_ROLLBACK_PREPARED: "prepare",
};

/**
 * Splits a script with PostgreSQL's own parser.
 *
 * @throws UserError with the line of the syntax error
 */
export async function splitStatements(sql: string): Promise<Statement[]> {
  if (sql.trim() === "") {
    return [];
  }
  let parsed: ParseResult;
  try {
    parsed = (await parse(sql)) as ParseResult;
  } catch (error) {
    const { message, sqlDetails } = error as SyntaxError;
    const before = Array.from(sql)
      .slice(0, sqlDetails?.cursorPosition ?? 0)
      .join("");
    throw new UserError(`Line ${String(linesIn(before))}: ${message}.`);
  }
  const bytes = Buffer.from(sql);
  // Counts lines from the previous statement: counted from the beginning each time, a long script would take minutes.
  const counted = { bytes: 0, line: 1 };
  return (parsed.stmts ?? []).map(({ stmt, stmt_location: from = 0, stmt_len: length }) => {
    counted.line += linesIn(bytes.subarray(counted.bytes, from).toString()) - 1;
    counted.bytes = from;
    const raw = bytes.subarray(from, length === undefined ? bytes.length : from + length).toString();
    const start = bareSql(raw).text.search(/\S/);
    const text = raw.slice(start).trimEnd();
    return {
      text,
      line: counted.line + linesIn(raw.slice(0, start)) - 1,
      command: (stmt && COMMANDS[Object.keys(stmt)[0] ?? ""]) ?? /^\w*/.exec(text)?.[0].toUpperCase() ?? "",
      control: stmt && controlOf(stmt),
    };
  });
}

function linesIn(text: string): number {
  return text.split("\n").length;
}

function controlOf(stmt: Node): TransactionControl | undefined {
  if (!("TransactionStmt" in stmt)) {
    return undefined;
  }
  const { kind = "", options = [] } = stmt.TransactionStmt;
  const control = CONTROLS[kind];
  return control === "begin" && options.length > 0 ? "begin with modes" : control;
}

/** State of typed SQL. */
export type TypedSql = "nothing" | "unfinished" | "finished";

/**
 * Whether typed SQL can be run: the last statement ends with a semicolon outside strings, dollar quotes and comments.
 * SQL with a syntax error is finished too. Exception: an unquoted function body that starts with `BEGIN ATOMIC` is
 * unfinished until its `END;`.
 */
export async function typedSql(sql: string): Promise<TypedSql> {
  const { text, open } = bareSql(sql);
  const bare = text.trimEnd();
  if (open || (bare !== "" && !bare.endsWith(";"))) {
    return "unfinished";
  }
  if (bare === "") {
    return "nothing";
  }
  try {
    await parse(sql);
    return "finished";
  } catch (error) {
    return (error as SyntaxError).message === AT_END ? "unfinished" : "finished";
  }
}
