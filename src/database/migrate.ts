import { join } from "node:path";
import { runner, type MigrationBuilder, type RunnerOption } from "node-pg-migrate";
import type { ClientBase } from "pg";
import { UserError } from "../shared/user-error";
import { ALEMBIC_TABLE, alembicRevision } from "./alembic";
import { ensureLedger, LEDGER_SCHEMA, LEDGER_TABLE, readLedger, rememberChecksum } from "./ledger";
import { alone, LOCK_TIMEOUT } from "./lock";
import { explained } from "./migration-failure";
import { MIGRATIONS_FOLDER, migrationsIn, readMigrations, type Direction, type MigrationFile } from "./migration-files";
import { progress, type Progress } from "./progress";

/** Sets what a session began with. RESET ALL leaves the role. */
const SESSION_SETTINGS = "RESET ROLE; RESET ALL";

/** What every file begins with, whatever the one before it has SET. */
const FILE_SETTINGS = `${SESSION_SETTINGS}; SET search_path = public; SET lock_timeout = '${LOCK_TIMEOUT}'`;

/**
 * Applies what is pending, in one transaction.
 *
 * @param folder - of the migrations @default - this project's
 * @returns names of what was applied
 * @throws UserError when somebody else is at it, when files and database disagree, when Alembic's tables are not
 *   baselined, or when a statement fails: then nothing is kept, but for what a `-- No Transaction` file comes after
 */
export function migrate(client: ClientBase, folder: string = MIGRATIONS_FOLDER): Promise<string[]> {
  return alone(client, async () => {
    const before = await agreeing(client, folder);
    const revision = await alembicRevision(client);
    if (before.applied.length === 0 && revision !== undefined) {
      throw new UserError(
        `Alembic made this database (${ALEMBIC_TABLE} is at "${revision}"). Nothing was done. Run baseline first.`,
      );
    }
    await run(client, { folder, direction: "up" });
    return [...before.pending];
  });
}

/**
 * Takes the last migration back.
 *
 * @param name - what the caller believes the last one to be @default - whatever it is
 * @param folder - of the migrations @default - this project's
 * @returns its name
 * @throws UserError when nothing is applied, when the last one is another, when it has no way back, or as migrate does
 */
export function rollback(
  client: ClientBase,
  name: string | undefined,
  folder: string = MIGRATIONS_FOLDER,
): Promise<string> {
  return alone(client, async () => {
    const { applied } = await agreeing(client, folder);
    const last = applied.at(-1)?.name;
    if (last === undefined) {
      throw new UserError("No migration is applied: there is nothing to roll back.");
    }
    if (name !== undefined && name !== last) {
      throw new UserError(`The last migration is ${last}, not ${name}. Nothing was done: only the last one goes back.`);
    }
    if (migrationsIn(folder).find((file) => file.name === last)?.down === undefined) {
      throw new UserError(`${last} has no "-- Down Migration": write a new migration that mends what it did.`);
    }
    await run(client, { folder, direction: "down" });
    return last;
  });
}

async function agreeing(client: ClientBase, folder: string): Promise<Progress> {
  await ensureLedger(client);
  const found = await progress(client, folder);
  if (found.problems.length > 0) {
    throw new UserError(`Files and database disagree. Nothing was done.\n- ${found.problems.join("\n- ")}`);
  }
  return found;
}

async function run(client: ClientBase, { folder, direction }: { folder: string; direction: Direction }): Promise<void> {
  const tried: MigrationFile[] = [];
  const failures: unknown[] = [];
  const options: RunnerOption = {
    dbClient: rememberingFailures(client, failures),
    dir: folder,
    direction,
    migrationsSchema: LEDGER_SCHEMA,
    migrationsTable: LEDGER_TABLE,
    singleTransaction: true,
    // This session holds the lock already.
    noLock: true,
    logger: SILENT,
    migrationLoaderStrategies: [
      {
        extensions: [".sql"],
        loader: (paths) =>
          Promise.resolve(
            readMigrations(paths).map((file) => ({
              id: join(folder, `${file.name}.sql`),
              filePaths: [...paths],
              actions: actionsOf(file, () => tried.push(file)),
            })),
          ),
      },
    ],
  };
  await client.query(FILE_SETTINGS);
  try {
    await runner(options);
  } catch (error) {
    const applied = await appliedNames(client);
    throw explained(failures.length > 0 ? failures : [error], { tried, direction, applied });
  }
  // What was applied is kept, whatever becomes of the session.
  await client.query(SESSION_SETTINGS).catch(() => undefined);
}

/** node-pg-migrate's account of itself; what matters of it is said by whoever called. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // Nothing is said.
}

/** A way back that is tried after a failure, and fails too, would be all that is told. */
function rememberingFailures(client: ClientBase, failures: unknown[]): ClientBase {
  const query = async (text: string, values?: unknown[]): Promise<unknown> => {
    try {
      return await client.query(text, values);
    } catch (error) {
      failures.push(error);
      throw error;
    }
  };
  return { query } as unknown as ClientBase;
}

function actionsOf(file: MigrationFile, onTry: () => void): { up: MigrationAction; down: MigrationAction | false } {
  const action = (sql: string) => async (pgm: MigrationBuilder) => {
    onTry();
    if (file.inTransaction) {
      await runWhole(pgm, sql);
    } else {
      pgm.noTransaction();
      // An index that is made concurrently waits for every older transaction, and nobody queues behind it.
      pgm.sql("SET lock_timeout = 0");
      pgm.sql(sql);
    }
    // Neither what is remembered of it nor the next file is under what it has set.
    pgm.sql(FILE_SETTINGS);
  };
  const up = action(file.up);
  return {
    up: async (pgm) => {
      await up(pgm);
      pgm.sql(rememberChecksum(file));
    },
    down: file.down === undefined ? false : action(file.down),
  };
}

type MigrationAction = (pgm: MigrationBuilder) => Promise<void>;

/**
 * Runs statements between a savepoint and its release. The savepoint is gone once they have ended the transaction,
 * whatever they began after that: then its release fails, and after another failure the way back to it.
 */
async function runWhole({ db }: MigrationBuilder, sql: string): Promise<void> {
  await db.query("SAVEPOINT before_this_file");
  try {
    await db.query(sql);
    await db.query("RELEASE SAVEPOINT before_this_file");
  } catch (error) {
    await db.query("ROLLBACK TO SAVEPOINT before_this_file");
    throw error;
  }
}

/** @returns undefined where the session broke */
async function appliedNames(client: ClientBase): Promise<string[] | undefined> {
  try {
    await client.query(SESSION_SETTINGS);
    return (await readLedger(client)).map(({ name }) => name);
  } catch {
    return undefined;
  }
}
