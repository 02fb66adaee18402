import type { ClientBase } from "pg";

/** Table in which Alembic keeps its revision. */
export const ALEMBIC_TABLE = "alembic_version";

/**
 * Revision at which Alembic left the database; undefined if it never migrated it.
 *
 * @see https://alembic.sqlalchemy.org/en/latest/tutorial.html
 */
export async function alembicRevision(client: ClientBase): Promise<string | undefined> {
  const { rows: found } = await client.query<{ found: string | null }>("SELECT to_regclass($1) AS found", [
    `public.${ALEMBIC_TABLE}`,
  ]);
  if (found[0]?.found == null) {
    return undefined;
  }
  const { rows } = await client.query<{ version_num: string }>(
    `SELECT version_num FROM public.${ALEMBIC_TABLE} ORDER BY version_num`,
  );
  return rows.map(({ version_num }) => version_num).join(", ") || undefined;
}
