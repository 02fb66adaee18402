import type { ClientBase } from "pg";

/** Schema of the ledger of migrations. The app's role has no access to it. */
export const LEDGER_SCHEMA = "migrations";

/** node-pg-migrate's own table in it: which migrations were applied, and when. */
export const LEDGER_TABLE = "pgmigrations";

/** A migration that was applied. */
export interface Applied {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** SHA-256 of its files as they were applied. */
  readonly checksum: string | undefined;
}

/** Creates the ledger's tables, unless they exist. */
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

/** Applied migrations, oldest first; none if the tables are missing. */
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
 * Statement that records a migration's checksum when it is applied, possibly again after a rollback or a failure. Names
 * and checksums need no quoting.
 */
export function rememberChecksum({ name, checksum }: { name: string; checksum: string }): string {
  return (
    `INSERT INTO ${LEDGER_SCHEMA}.checksums (name, checksum) VALUES ('${name}', '${checksum}') ` +
    "ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum"
  );
}
