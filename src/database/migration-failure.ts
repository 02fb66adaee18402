import { DatabaseError } from "pg";
import { UserError } from "../shared/user-error";
import { LOCK_NOT_AVAILABLE, LOCK_TIMEOUT } from "./lock";
import { lineOf, type Direction, type Migration } from "./migration-files";

/** SQLSTATE of a statement that was cancelled, for example before the function's time-out. */
const QUERY_CANCELED = "57014";

const ENDED =
  "The file ended the transaction of the run, so earlier statements may have been kept. " +
  "Check with status and the shell, and remove the statement that ends it.";

const MAY_HAVE_LEFT =
  "The file runs without a transaction: check what it left, such as an invalid index (status lists them).";

/** A failed migration. Its message may contain data of the database; its summary does not. */
export class MigrationFailure extends UserError {
  public constructor(
    /** What may be logged: the migration, the line, the SQLSTATE. */
    public readonly summary: string,
    message: string,
  ) {
    super(message);
  }
}

/** The first statement of a run that failed. */
export interface Failure {
  readonly error: unknown;
  /** True if the migration's file ended the transaction of the run. */
  readonly ended: boolean;
}

/** What was tried when a migration failed. */
export interface Attempted {
  /** Migrations, the one that failed last. */
  readonly tried: readonly Migration[];
  readonly direction: Direction;
  /** What the database has recorded; undefined if the session broke. */
  readonly applied: readonly string[] | undefined;
}

/**
 * Explains why a migration failed, what was kept, and what to do.
 *
 * @returns a MigrationFailure; the error itself if no migration was tried
 */
export function explained({ error, ended }: Failure, { tried, direction, applied }: Attempted): unknown {
  const failed = tried.at(-1);
  const source = failed?.[direction];
  if (failed === undefined || source === undefined) {
    return error;
  }
  if (applied === undefined || !(error instanceof DatabaseError)) {
    return new MigrationFailure(
      `${failed.name} failed: the session broke`,
      `The session with the database broke while ${failed.name} ran: ${(error as Error).message}\n` +
        `PostgreSQL rolls back what was not committed.${source.inTransaction ? "" : ` ${MAY_HAVE_LEFT}`} ` +
        "Check with status, then run this again.",
    );
  }
  const kept = tried.filter(({ name }) => applied.includes(name) === (direction === "up") && name !== failed.name);
  const position = Number(error.position);
  const line = position > 0 ? ` (line ${String(lineOf(source, position))} of ${source.file})` : "";
  const state = `SQLSTATE ${error.code ?? "unknown"}`;
  return new MigrationFailure(
    `${failed.name} failed${line}: ${state}`,
    [
      `${failed.name} failed${line}: ${error.message} (${state})`,
      ...[error.detail, error.hint, error.where].filter((said) => said !== undefined),
      ...(error.code === LOCK_NOT_AVAILABLE
        ? [`Another session used the table for longer than ${LOCK_TIMEOUT}. Run it again when there is less traffic.`]
        : []),
      ...(error.code === QUERY_CANCELED
        ? ["It was cancelled, probably before a time-out: do the work in batches."]
        : []),
      ended ? ENDED : source.inTransaction ? "It was rolled back completely." : MAY_HAVE_LEFT,
      ...(kept.length > 0
        ? [`Kept${ended ? "" : ", because a migration without a transaction followed"}: ${namesOf(kept)}.`]
        : []),
      ...(kept.length === 0 && !ended ? ["Nothing of this run was kept."] : []),
    ].join("\n"),
  );
}

const namesOf = (migrations: readonly Migration[]): string => migrations.map(({ name }) => name).join(", ");
