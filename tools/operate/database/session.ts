import { DatabaseError, type Client } from "pg";
import { UserError } from "../../../src/shared/user-error";
import { bareSql } from "./bare-sql";

/** Result of a statement. */
export interface StatementResult {
  /** Names of the columns; none for a statement that has no result. */
  readonly columns: readonly string[];
  /** Values as text, NULL as null. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows that the statement wrote; undefined for one that writes none. */
  readonly changed: number | undefined;
  /** First word of what PostgreSQL calls the statement, such as `INSERT`. */
  readonly command: string;
}

/** State of the transaction. A failed one must be rolled back before anything else can run. */
export type TransactionState = "none" | "open" | "failed";

/** A way to run SQL, one statement after another. */
export interface SqlSession {
  /** True if a statement outside a transaction is committed at once; otherwise the first one begins a transaction. */
  readonly autocommit: boolean;
  readonly transaction: TransactionState;
  /** Why the session cannot run a statement; undefined if it can. Sends nothing. */
  refusal(statement: string): string | undefined;
  /**
   * Runs one statement.
   *
   * @throws UserError with the database's message; an open transaction has then failed
   */
  execute(statement: string): Promise<StatementResult>;
  /** @throws UserError when a transaction cannot be begun */
  begin(): Promise<void>;
  /** @throws UserError when the transaction was not committed, or when that is unknown */
  commit(): Promise<void>;
  /** Rolls the transaction back, if there is one. */
  rollback(): Promise<void>;
  /** Cancels the statement that is running, and never a later one. @default - the session cannot cancel */
  readonly cancel?: (() => Promise<void>) | undefined;
}

/** Commands whose row count is the number of rows written. */
export const WRITING_COMMANDS: ReadonlySet<string> = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

/** PostgreSQL's letters for the states. @see https://www.postgresql.org/docs/17/protocol-message-formats.html ReadyForQuery */
const STATES: Readonly<Record<string, TransactionState>> = { I: "none", T: "open", E: "failed" };

/** COPY sends its data outside the statement. */
const COPY = /^\s*COPY\b[^]*\b(STDIN|STDOUT)\b/i;

const LOST = "Uncommitted changes are lost.";

const COMMIT_LOST = "The transaction may or may not have been committed: check before you repeat it.";

/**
 * Session over a connection. Values are text, as PostgreSQL prints them.
 *
 * @param client - connected
 * @param cancelWhile - cancels the running statement while `isStill()` is true @default - the session cannot cancel
 */
export function pgSession(client: Client, cancelWhile?: (isStill: () => boolean) => Promise<void>): SqlSession {
  const state = { statements: 0, over: false };
  const execute = async (text: string, lost = LOST): Promise<StatementResult> => {
    state.statements += 1;
    try {
      const { fields, rows, rowCount, command } = await client.query<(string | null)[]>({
        text,
        rowMode: "array",
        types: { getTypeParser: () => (value: string) => value },
      });
      return {
        columns: fields.map(({ name }) => name),
        rows,
        changed: WRITING_COMMANDS.has(command) ? (rowCount ?? undefined) : undefined,
        command,
      };
    } catch (error) {
      state.over = !(await answers(client));
      throw new UserError(messageOf(error as Error, lost));
    }
  };
  const refusal = (statement: string): string | undefined =>
    COPY.test(bareSql(statement).text)
      ? "COPY from or to this command does not work here: use INSERT or SELECT."
      : undefined;
  return {
    autocommit: true,
    get transaction() {
      return state.over ? "none" : (STATES[client.getTransactionStatus() ?? "I"] ?? "none");
    },
    cancel:
      cancelWhile &&
      (() => {
        const { statements } = state;
        return cancelWhile(() => state.statements === statements);
      }),
    refusal,
    execute: async (statement) => {
      const refused = refusal(statement);
      if (refused !== undefined) {
        throw new UserError(refused);
      }
      return execute(statement);
    },
    begin: async () => {
      await execute("BEGIN");
    },
    commit: async () => {
      await execute("COMMIT", COMMIT_LOST);
    },
    rollback: async () => {
      await execute("ROLLBACK");
    },
  };
}

/**
 * Waits for the rest of an answer: the transaction's new state comes after the error.
 *
 * @returns false if the connection is closed
 */
async function answers(client: Client): Promise<boolean> {
  try {
    // Queued behind the failed statement.
    await client.query("");
    return true;
  } catch (error) {
    return error instanceof DatabaseError;
  }
}

function messageOf(error: Error, lost: string): string {
  if (!(error instanceof DatabaseError)) {
    return `The connection to the database failed: ${error.message}. ${lost}`;
  }
  const { severity = "ERROR", message, code = "unknown", detail, hint, where } = error;
  return [
    `${severity}: ${message} (SQLSTATE ${code})`,
    ...(detail === undefined ? [] : [`DETAIL: ${detail}`]),
    ...(hint === undefined ? [] : [`HINT: ${hint}`]),
    ...(where === undefined ? [] : [`CONTEXT: ${where}`]),
  ].join("\n");
}
