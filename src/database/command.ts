import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseError, type ClientBase } from "pg";
import { UserError } from "../config/user-error";
import { ALEMBIC_TABLE, alembicRevision } from "./alembic";
import { baseline } from "./baseline";
import { lockHolder } from "./lock";
import { migrate, migrationsIn, progress, rollback } from "./migrate";
import { MIGRATIONS_FOLDER } from "./migrations";

/** What can be done to a database by one call. */
export const COMMANDS = ["migrate", "rollback", "status", "seed", "baseline"] as const;

/** One of {@link COMMANDS}, and what it is about. */
export interface CommandRequest {
  readonly command: (typeof COMMANDS)[number];
  /** Migration that is rolled back; without it, the last one. */
  readonly migration?: string;
  /** Migrations that the caller has: one that is missing here has not been deployed. @default - not compared */
  readonly files?: readonly string[];
}

/** Sample data: beside this file, and beside the bundle in the package. */
export const SEED_FILE = join(__dirname, "seed.sql");

/** What a command does, as a failure of the database begins. */
const DOING: Readonly<Record<CommandRequest["command"], string>> = {
  migrate: "Migrating",
  rollback: "Rolling back",
  status: "Looking",
  seed: "Seeding",
  baseline: "Taking over",
};

/** SQLSTATE of what a user has no right to. @see https://www.postgresql.org/docs/17/errcodes-appendix.html */
const INSUFFICIENT_PRIVILEGE = "42501";

/**
 * Does one thing to a database.
 *
 * @param protectData - true where sample data has no place
 * @returns what was done, in lines for the person who asked
 * @throws UserError with what is wrong and what to do, also where the database refuses or the session breaks
 */
export async function runCommand(
  client: ClientBase,
  request: CommandRequest,
  options: { protectData: boolean },
): Promise<string[]> {
  try {
    return await obey(client, request, options);
  } catch (error) {
    throw error instanceof UserError ? error : await told(error, client, request.command);
  }
}

async function obey(
  client: ClientBase,
  { command, migration, files = [] }: CommandRequest,
  { protectData }: { protectData: boolean },
): Promise<string[]> {
  switch (command) {
    case "migrate": {
      requireFiles(files);
      const applied = await migrate(client);
      return applied.length === 0 ? ["Nothing to migrate."] : applied.map((name) => `Applied ${name}.`);
    }
    case "rollback":
      return [`Rolled back ${await rollback(client, migration)}.`];
    case "status":
      return status(client, files);
    case "seed":
      return seed(client, protectData);
    case "baseline":
      return baseline(client);
  }
}

/** @returns the error itself where the database has no part in it */
async function told(error: unknown, client: ClientBase, command: CommandRequest["command"]): Promise<unknown> {
  if (await isBroken(client)) {
    return new UserError(
      `The session with the database broke while ${command} ran: ${(error as Error).message}\n` +
        "PostgreSQL takes back what was not committed. Look with status, then run this again.",
    );
  }
  if (!(error instanceof DatabaseError)) {
    return error;
  }
  const { message, code = "unknown" } = error;
  return new UserError(
    [
      `${DOING[command]} failed: ${message} (SQLSTATE ${code}). Nothing was kept.`,
      ...(code === INSUFFICIENT_PRIVILEGE
        ? ["Connect as the owner of the tables: DB_SECRET_ARN says whose credentials are used."]
        : []),
    ].join("\n"),
  );
}

/** A session that broke answers nothing; one that lives may refuse. */
async function isBroken(client: ClientBase): Promise<boolean> {
  try {
    await client.query("SELECT");
    return false;
  } catch (error) {
    return !(error instanceof DatabaseError);
  }
}

/** @throws UserError when the caller has migrations that are not here */
function requireFiles(files: readonly string[]): void {
  const absent = notHere(files);
  if (absent.length > 0) {
    throw new UserError(`The package that is deployed lacks ${absent.join(", ")}. Nothing was done. Deploy it first.`);
  }
}

function notHere(files: readonly string[]): string[] {
  const here = migrationsIn(MIGRATIONS_FOLDER).map(({ name }) => name);
  return files.filter((name) => !here.includes(name));
}

/** @param files - migrations that the caller has */
async function status(client: ClientBase, files: readonly string[]): Promise<string[]> {
  const { applied, pending, problems } = await progress(client);
  const revision = await alembicRevision(client);
  const invalid = await invalidIndexes(client);
  const holder = await lockHolder(client);
  return [
    ...(await identity(client)),
    ...(holder === undefined ? [] : [`changing ${holder}`]),
    ...applied.map(({ name, at }) => `applied  ${name}  ${at}`),
    ...pending.map((name) => `pending  ${name}`),
    ...notHere(files).map((name) => `absent   ${name}  not deployed`),
    ...problems.map((problem) => `problem  ${problem}`),
    ...invalid.map((index) => `problem  index ${index} is invalid: DROP INDEX CONCURRENTLY, and make it again.`),
    ...(revision === undefined ? [] : [`alembic  ${ALEMBIC_TABLE} is at ${revision}`]),
  ];
}

async function identity(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    "SELECT format('database %s, PostgreSQL %s', current_database(), current_setting('server_version')) AS line",
  );
  return rows.map(({ line }) => line);
}

/** What a CREATE INDEX CONCURRENTLY leaves that fails half-way, without those that are just being made. @see https://www.postgresql.org/docs/17/sql-createindex.html */
async function invalidIndexes(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT indexrelid::regclass::text AS name FROM pg_index
     WHERE NOT indisvalid AND indexrelid NOT IN (SELECT index_relid FROM pg_stat_progress_create_index)
     ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

async function seed(client: ClientBase, protectData: boolean): Promise<string[]> {
  requireSampleDataAllowed(protectData);
  const { pending } = await progress(client);
  if (pending.length > 0) {
    throw new UserError(`Migrations are pending: ${pending.join(", ")}. Nothing was seeded. Run migrate first.`);
  }
  await client.query("BEGIN");
  try {
    // Several statements in one call give a result each, which the type does not say.
    const results = (await client.query(readFileSync(SEED_FILE, "utf8"))) as unknown as { rowCount: number | null }[];
    await client.query("COMMIT");
    const added = results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0);
    return [seedReport(added)];
  } catch (error) {
    // Where the session broke, PostgreSQL does so, and the news is why.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** @param added - how many rows seeding has added */
export function seedReport(added: number): string {
  return added === 0 ? "The sample data was there already." : `Added ${String(added)} rows of sample data.`;
}

/** @throws UserError where data is protected */
export function requireSampleDataAllowed(protectData: boolean): void {
  if (protectData) {
    throw new UserError(
      "Data is protected here (protectData of the environment, or PROTECT_DATA, which counts as true unless it is false), " +
        "and sample customers and orders have no place in it. Nothing was done. " +
        "To mend data, write a SQL file and run it through shell.",
    );
  }
}
