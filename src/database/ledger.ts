import type { ClientBase } from "pg";

/** Schema of what the migrations remember of themselves. The app's role has no part in it. */
export const LEDGER_SCHEMA = "migrations";

/** node-pg-migrate's own table there: which migrations were applied, and when. */
export const LEDGER_TABLE = "pgmigrations";

/** A migration that was applied. */
export interface Applied {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** SHA-256 of the file as it was applied. */
  readonly checksum: string | undefined;
}

/** Makes the tables that remember migrations, where they are missing. */
export async function ensureLedger(client: ClientBase): Promise<void> {
  await client.query(`
    CREATE SCHEMA IF NOT EXISTS ${LEDGER_SCHEMA};
    CREATE TABLE IF NOT EXISTS ${LEDGER_SCHEMA}.${LEDGER_TABLE} (
      id serial PRIMARY KEY,
      name varchar(255) NOT NULL,
      run_on timestamp NOT NULL
    );
    CREATE TABLE IF NOT EXISTS ${LEDGER_SCHEMA}.checksums (
      name varchar(255) PRIMARY KEY,
      checksum text NOT NULL
    );`);
}

/** Migrations that were applied, first one first; none where the tables are missing. */
export async function readLedger(client: ClientBase): Promise<Applied[]> {
  const { rows: found } = await client.query<{ ledger: string | null }>("SELECT to_regclass($1) AS ledger", [
    `${LEDGER_SCHEMA}.checksums`,
  ]);
  if (found[0]?.ledger == null) {
    return [];
  }
  const { rows } = await client.query<{ name: string; at: string; checksum: string | null }>(`
    SELECT name, to_char(run_on, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at, checksum
    FROM ${LEDGER_SCHEMA}.${LEDGER_TABLE} LEFT JOIN ${LEDGER_SCHEMA}.checksums USING (name)
    ORDER BY run_on, id`);
  return rows.map(({ name, at, checksum }) => ({ name, at, checksum: checksum ?? undefined }));
}

/**
 * Statement that remembers what a migration's file is when it is applied. One that was taken back, or broke off, is
 * remembered anew. Names and checksums need no quoting.
 */
export function rememberChecksum({ name, checksum }: { name: string; checksum: string }): string {
  return (
    `INSERT INTO ${LEDGER_SCHEMA}.checksums (name, checksum) VALUES ('${name}', '${checksum}') ` +
    "ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum"
  );
}
