import { DatabaseError, type Client } from "pg";
import { UserError } from "../../../src/shared/user-error";
import { bareSql } from "./bare-sql";

/** What a statement gives. */
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

/** Whether a transaction is open. One that failed keeps nothing, and takes nothing more before it is rolled back. */
export type TransactionState = "none" | "open" | "failed";

/** A way to run SQL, one statement after another. */
export interface SqlSession {
  /** True where a statement outside of a transaction is kept at once; otherwise the first one begins a transaction. */
  readonly autocommit: boolean;
  readonly transaction: TransactionState;
  /** Why a statement cannot go this way; undefined if it can. Nothing is sent for it. */
  refusal(statement: string): string | undefined;
  /**
   * Runs one statement.
   *
   * @throws UserError with what the database says; a transaction has failed then
   */
  execute(statement: string): Promise<StatementResult>;
  /** @throws UserError when no transaction can be begun */
  begin(): Promise<void>;
  /** @throws UserError when the transaction is not kept, or when nobody knows whether it is */
  commit(): Promise<void>;
  /** Ends the transaction, if there is one, without keeping anything. */
  rollback(): Promise<void>;
  /** Cancels the statement that runs now, and never a later one. Undefined where that is impossible. */
  readonly cancel?: (() => Promise<void>) | undefined;
}

/** Commands whose number of rows is one of rows that were written. */
export const WRITING_COMMANDS: ReadonlySet<string> = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

/** PostgreSQL's letters. @see https://www.postgresql.org/docs/17/protocol-message-formats.html ReadyForQuery */
const STATES: Readonly<Record<string, TransactionState>> = { I: "none", T: "open", E: "failed" };

/** Data that would travel beside the statements. */
const COPY = /^\s*COPY\b[^]*\b(STDIN|STDOUT)\b/i;

const LOST = "What was not committed is not kept.";

const COMMIT_LOST = "It is not known whether the transaction was kept: check before you repeat it.";

/**
 * Session over a connection. Values are what PostgreSQL prints.
 *
 * @param client - that is connected
 * @param cancelWhile - cancels what it runs, if that is still so. Default: nothing does
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
      throw new UserError(said(error as Error, lost));
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
 * Waits for the rest of an answer: what becomes of the transaction comes after the error, and may come later.
 *
 * @returns false where the session is over
 */
async function answers(client: Client): Promise<boolean> {
  try {
    // It waits its turn.
    await client.query("");
    return true;
  } catch (error) {
    return error instanceof DatabaseError;
  }
}

function said(error: Error, lost: string): string {
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
