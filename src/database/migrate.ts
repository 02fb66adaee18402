import { basename } from "node:path";
import type { MigrationBuilder } from "node-pg-migrate/migrationBuilder";
import { createSqlMigrationLoader, type MigrationUnit } from "node-pg-migrate/migrationLoader";
import { runner, type RunnerOption } from "node-pg-migrate/runner";
import type { ClientBase } from "pg";
import { UserError } from "../shared/user-error";
import { ALEMBIC_TABLE, alembicRevision } from "./alembic";
import { ensureLedger, LEDGER_SCHEMA, LEDGER_TABLE, readLedger, rememberChecksum } from "./ledger";
import { alone, LOCK_TIMEOUT } from "./lock";
import { explained, type Failure } from "./migration-failure";
import { MIGRATIONS_FOLDER, migrationsIn, type Direction, type Migration, type MigrationSql } from "./migration-files";
import { progress, type Progress } from "./progress";

/** Restores the settings that the session began with. RESET ALL does not reset the role. */
const SESSION_SETTINGS = "RESET ROLE; RESET ALL";

/** Settings at the start of every file, whatever the previous file has SET. */
const FILE_SETTINGS = `${SESSION_SETTINGS}; SET search_path = public; SET lock_timeout = '${LOCK_TIMEOUT}'`;

/**
 * Detects a file that ends the transaction, even if the file begins another one: the savepoint is gone, so its release
 * fails, as does the return to it after another failure.
 */
const SAVEPOINT = {
  set: "SAVEPOINT before_this_file;",
  release: "RELEASE SAVEPOINT before_this_file;",
  goBack: "ROLLBACK TO SAVEPOINT before_this_file;",
} as const;

/**
 * Applies the pending migrations, in one transaction.
 *
 * @param folder - of the migrations @default - this project's
 * @returns the names of those that were applied
 * @throws UserError if another session is changing the database, if files and database disagree, if Alembic's tables
 *   have no baseline, or if a statement fails: then nothing is kept, except what came before a `-- No Transaction` file
 */
export function migrate(client: ClientBase, folder: string = MIGRATIONS_FOLDER): Promise<string[]> {
  return alone(client, async () => {
    const before = await agreeing(client, folder);
    const revision = await alembicRevision(client);
    if (before.applied.length === 0 && revision !== undefined) {
      throw new UserError(
        `Alembic created this database (${ALEMBIC_TABLE} is at "${revision}"). Nothing was done. Run baseline first.`,
      );
    }
    await run(client, { folder, direction: "up" });
    return [...before.pending];
  });
}

/**
 * Rolls the last migration back.
 *
 * @param name - the last migration, as the caller expects it @default - not compared
 * @param folder - of the migrations @default - this project's
 * @returns its name
 * @throws UserError if nothing is applied, if another migration is the last, if it has no .down.sql, or as migrate does
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
      throw new UserError(
        `The last migration is ${last}, not ${name}. Nothing was done: only the last one can be rolled back.`,
      );
    }
    if (migrationsIn(folder).find((file) => file.name === last)?.down === undefined) {
      throw new UserError(`${last} has no .down.sql: write a new migration that fixes it.`);
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
  const migrations = new Map(migrationsIn(folder).map((migration) => [migration.name, migration]));
  const loadPairs = createSqlMigrationLoader();
  const tried: Migration[] = [];
  const observed = observe(client);
  const options: RunnerOption = {
    dbClient: observed.client,
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
        loader: async (paths) =>
          (await loadPairs(paths)).map((unit) => {
            const migration = migrations.get(basename(unit.id, ".sql"));
            return migration === undefined ? unit : guarded(unit, migration, () => tried.push(migration));
          }),
      },
    ],
  };
  await client.query(FILE_SETTINGS);
  try {
    await runner(options);
  } catch (error) {
    const applied = await appliedNames(client);
    throw explained(observed.failure() ?? { error, ended: false }, { tried, direction, applied });
  }
  // The migrations are committed, so a session that breaks now does not matter.
  await client.query(SESSION_SETTINGS).catch(() => undefined);
}

/** Silences node-pg-migrate's own log: the caller reports what matters. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // Nothing is logged.
}

/** Remembers the first failure: if node-pg-migrate's rollback after it fails too, it reports only that. */
function observe(client: ClientBase): { client: ClientBase; failure: () => Failure | undefined } {
  const state: { inFile: boolean; failure?: Failure } = { inFile: false };
  const query = async (text: string, values?: unknown[]): Promise<unknown> => {
    try {
      const result = await client.query(text, values);
      state.inFile = text === SAVEPOINT.set || (state.inFile && text !== SAVEPOINT.release);
      return result;
    } catch (error) {
      state.failure ??= { error, ended: state.inFile && !(await succeeds(client.query(SAVEPOINT.goBack))) };
      throw error;
    }
  };
  return { client: { query } as unknown as ClientBase, failure: () => state.failure };
}

function succeeds(query: Promise<unknown>): Promise<boolean> {
  return query.then(
    () => true,
    () => false,
  );
}

/** Wraps a migration with its own settings, a savepoint, and the record of its checksum. */
function guarded(unit: MigrationUnit, migration: Migration, onTry: () => void): MigrationUnit {
  const { up, down } = unit.actions;
  const guard =
    (action: MigrationUnit["actions"]["up"], { inTransaction }: MigrationSql, afterwards: readonly string[]) =>
    async (pgm: MigrationBuilder): Promise<void> => {
      onTry();
      if (inTransaction) {
        pgm.sql(SAVEPOINT.set);
      } else {
        pgm.noTransaction();
        // CREATE INDEX CONCURRENTLY waits for every older transaction, and nobody queues behind it.
        pgm.sql("SET lock_timeout = 0");
      }
      if (typeof action === "function") {
        await action(pgm);
      }
      if (inTransaction) {
        pgm.sql(SAVEPOINT.release);
      }
      // What follows must not run with settings of the file.
      [FILE_SETTINGS, ...afterwards].forEach((sql) => {
        pgm.sql(sql);
      });
    };
  return {
    ...unit,
    actions: {
      up: guard(up, migration.up, [rememberChecksum(migration)]),
      down: migration.down === undefined ? false : guard(down, migration.down, []),
    },
  };
}

/** @returns undefined if the session broke */
async function appliedNames(client: ClientBase): Promise<string[] | undefined> {
  try {
    await client.query(SESSION_SETTINGS);
    return (await readLedger(client)).map(({ name }) => name);
  } catch {
    return undefined;
  }
}
