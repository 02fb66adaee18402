import { DatabaseError } from "pg";
import { UserError } from "../shared/user-error";
import { LOCK_NOT_AVAILABLE, LOCK_TIMEOUT } from "./lock";
import { lineOf, type Direction, type MigrationFile } from "./migration-files";

/** SQLSTATE of a statement that was cancelled, as before a function's time-out. */
const QUERY_CANCELED = "57014";

const ENDED =
  "It ended the transaction that all is in: what came before may have been kept. " +
  "Look with status and the shell, and take out what ends it.";

const MAY_HAVE_LEFT =
  "It runs without a transaction: look for what it left, such as an invalid index (status lists them).";

/** A migration that failed. Its message may hold data of the database; its summary does not. */
export class MigrationFailure extends UserError {
  public constructor(
    /** What may be logged: the file, the line, the SQLSTATE. */
    public readonly summary: string,
    message: string,
  ) {
    super(message);
  }
}

/** What was tried when a migration failed. */
export interface Attempted {
  /** Files, the one that failed last. */
  readonly tried: readonly MigrationFile[];
  readonly direction: Direction;
  /** What the database remembers; undefined where the session broke. */
  readonly applied: readonly string[] | undefined;
}

/**
 * What to tell of a migration that failed.
 *
 * @param errors - what was thrown, and what the way back to the savepoint before the file threw after that
 * @returns a MigrationFailure; the error itself where no file was tried
 */
export function explained([error, wayBack]: readonly unknown[], { tried, direction, applied }: Attempted): unknown {
  const failed = tried.at(-1);
  if (failed === undefined) {
    return error;
  }
  if (applied === undefined || !(error instanceof DatabaseError)) {
    return new MigrationFailure(
      `${failed.name} failed: the session broke`,
      `The session with the database broke while ${failed.name} ran: ${(error as Error).message}\n` +
        `PostgreSQL takes back what was not committed.${failed.inTransaction ? "" : ` ${MAY_HAVE_LEFT}`} ` +
        "Look with status, then run this again.",
    );
  }
  // The session lives, so what failed after that is the way back to the savepoint.
  const ended = wayBack !== undefined;
  const kept = tried.filter(({ name }) => applied.includes(name) === (direction === "up") && name !== failed.name);
  const position = Number(error.position);
  const line = position > 0 ? ` (line ${String(lineOf(failed, direction, position))} of its file)` : "";
  const state = `SQLSTATE ${error.code ?? "unknown"}`;
  return new MigrationFailure(
    `${failed.name} failed${line}: ${state}`,
    [
      `${failed.name} failed${line}: ${error.message} (${state})`,
      ...[error.detail, error.hint, error.where].filter((said) => said !== undefined),
      ...(error.code === LOCK_NOT_AVAILABLE
        ? [`Somebody used the table for longer than ${LOCK_TIMEOUT}. Run it again when there is less to do.`]
        : []),
      ...(error.code === QUERY_CANCELED ? ["It was stopped, as before a time-out: do it in batches."] : []),
      ended ? ENDED : failed.inTransaction ? "It was taken back whole." : MAY_HAVE_LEFT,
      ...(kept.length > 0
        ? [`Kept${ended ? "" : ", because a migration without transaction came after"}: ${namesOf(kept)}.`]
        : []),
      ...(kept.length === 0 && !ended ? ["Nothing of this run was kept."] : []),
    ].join("\n"),
  );
}

const namesOf = (files: readonly MigrationFile[]): string => files.map(({ name }) => name).join(", ");
