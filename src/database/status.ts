import type { ClientBase } from "pg";
import { ALEMBIC_TABLE, alembicRevision } from "./alembic";
import { lockHolder } from "./lock";
import { migrationsIn } from "./migration-files";
import { progress } from "./progress";

/**
 * State of a database, in lines for the user.
 *
 * @param files - migrations that the caller has
 */
export async function status(client: ClientBase, files: readonly string[]): Promise<string[]> {
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
    ...invalid.map((index) => `problem  index ${index} is invalid: DROP INDEX CONCURRENTLY, then create it again.`),
    ...(revision === undefined ? [] : [`alembic  ${ALEMBIC_TABLE} is at ${revision}`]),
  ];
}

async function identity(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    "SELECT format('database %s, PostgreSQL %s', current_database(), current_setting('server_version')) AS line",
  );
  return rows.map(({ line }) => line);
}

/**
 * What a failed CREATE INDEX CONCURRENTLY leaves. Indexes that are being created now are left out.
 *
 * @see https://www.postgresql.org/docs/17/sql-createindex.html
 */
async function invalidIndexes(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT indexrelid::regclass::text AS name FROM pg_index
     WHERE NOT indisvalid AND indexrelid NOT IN (SELECT index_relid FROM pg_stat_progress_create_index)
     ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** @returns the caller's migrations that are not here */
export function notHere(files: readonly string[]): string[] {
  const here = migrationsIn().map(({ name }) => name);
  return files.filter((name) => !here.includes(name));
}
