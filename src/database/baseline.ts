import { DatabaseError, type ClientBase } from "pg";
import { UserError } from "../shared/user-error";
import { ALEMBIC_TABLE, alembicRevision } from "./alembic";
import INITIAL_SHAPE from "./initial-shape.json";
import { ensureLedger, LEDGER_SCHEMA, LEDGER_TABLE, readLedger, rememberChecksum } from "./ledger";
import { alone, LOCK_NOT_AVAILABLE } from "./lock";
import { MIGRATIONS_FOLDER, migrationsIn, type Migration } from "./migration-files";
import { readSchema } from "./schema";
import { shapeDifferences, shapeOf } from "./shape";
import { inTransaction } from "./transaction";

/** The migration that Alembic's only revision became. */
export const INITIAL_MIGRATION = "202511020001_initial_schema";

/**
 * What Alembic may call it. Alembic names a file by its revision and a description, and the handover's name does not
 * show where the revision ends.
 *
 * @see https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script
 */
const ALEMBIC_REVISIONS: readonly string[] = ["202511020001", INITIAL_MIGRATION];

/**
 * Takes over a database that Alembic migrated: if it has the shape of the first migration, this migration is recorded
 * as applied. Nothing else changes, not even Alembic's own table. A database that is already taken over, or that this
 * project created, is left alone.
 *
 * @returns what was done, in lines for the user
 * @throws UserError with every difference or another reason; then nothing is recorded
 */
export function baseline(client: ClientBase): Promise<string[]> {
  return alone(client, async () => {
    const recorded = (await readLedger(client)).find(({ name }) => name === INITIAL_MIGRATION);
    if (recorded !== undefined) {
      return [`${INITIAL_MIGRATION} is recorded as applied since ${recorded.at}. There is nothing to do.`];
    }
    const revision = await inTransaction(client, async () => {
      const found = await requireAlembic(client);
      await requireInitialShape(client);
      await record(client, initialMigration());
      return found;
    });
    return [
      `Alembic left the database at ${revision}, and it has the shape of ${INITIAL_MIGRATION}.`,
      `Recorded ${INITIAL_MIGRATION} as applied; nothing else was changed. From now on, use migrate instead of Alembic.`,
    ];
  });
}

/** @throws UserError unless Alembic left the database at this project's first revision */
async function requireAlembic(client: ClientBase): Promise<string> {
  if ((await alembicRevision(client)) === undefined) {
    throw new UserError(
      `Alembic never migrated this database: it has no revision in ${ALEMBIC_TABLE}. Nothing was recorded. ` +
        "Use migrate, which creates the schema.",
    );
  }
  await lockOutAlembic(client);
  const revision = (await alembicRevision(client)) ?? "";
  if (!ALEMBIC_REVISIONS.includes(revision)) {
    throw new UserError(
      `${ALEMBIC_TABLE} is at "${revision}", not at ${ALEMBIC_REVISIONS.map((known) => `"${known}"`).join(" or ")}. ` +
        "Nothing was recorded. Bring the database to that revision with Alembic, and run baseline again.",
    );
  }
  return revision;
}

/** Alembic writes its table in the transaction that changes the schema, so it cannot do so while the table is locked. */
async function lockOutAlembic(client: ClientBase): Promise<void> {
  try {
    await client.query(`LOCK TABLE public.${ALEMBIC_TABLE} IN SHARE MODE NOWAIT`);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === LOCK_NOT_AVAILABLE) {
      throw new UserError(
        `Alembic is migrating this database: ${ALEMBIC_TABLE} is being written. Nothing was recorded. ` +
          "Wait until it is done, and run baseline again.",
      );
    }
    throw error;
  }
}

/** @throws UserError that lists every difference */
async function requireInitialShape(client: ClientBase): Promise<void> {
  const differences = shapeDifferences(shapeOf(await readSchema(client)), INITIAL_SHAPE);
  if (differences.length > 0) {
    throw new UserError(
      [
        `This database does not have the shape of ${INITIAL_MIGRATION}. Nothing was recorded, nothing was changed.`,
        ...differences.map((difference) => `- ${difference}`),
        "To take it over, write a SQL file that brings it to that shape, have it reviewed, run it through " +
          "npm run db -- shell, and run baseline again. The statements for what is missing, the app's role and its " +
          `grants too, are in src/database/migrations/${INITIAL_MIGRATION}.up.sql.`,
      ].join("\n"),
    );
  }
}

function initialMigration(): Migration {
  const file = migrationsIn().find(({ name }) => name === INITIAL_MIGRATION);
  if (file === undefined) {
    throw new UserError(`${INITIAL_MIGRATION}.up.sql is missing in ${MIGRATIONS_FOLDER}. Restore the file.`);
  }
  return file;
}

/** Writes the row as node-pg-migrate does, with the server's time, which orders the migrations. */
async function record(client: ClientBase, migration: Migration): Promise<void> {
  await ensureLedger(client);
  await client.query(`INSERT INTO ${LEDGER_SCHEMA}.${LEDGER_TABLE} (name, run_on) VALUES ($1, now())`, [
    migration.name,
  ]);
  await client.query(rememberChecksum(migration));
}
