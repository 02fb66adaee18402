import { PG_MIGRATE_LOCK_ID } from "node-pg-migrate/runner";
import type { ClientBase } from "pg";
import { UserError } from "../shared/user-error";

/** SQLSTATE for a lock that was not free in time. @see https://www.postgresql.org/docs/17/errcodes-appendix.html */
export const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Longest wait for a lock on a table. Every other session queues behind a waiting migration.
 *
 * @see https://www.postgresql.org/docs/17/runtime-config-client.html#GUC-LOCK-TIMEOUT
 */
export const LOCK_TIMEOUT = "5s";

/**
 * Runs work that no other session may do at the same time. The lock is node-pg-migrate's own, and ends with the
 * session.
 *
 * @throws UserError that names the session that holds the lock; it does not wait
 */
export async function alone<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  const { rows } = await client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1) AS taken", [
    PG_MIGRATE_LOCK_ID,
  ]);
  if (rows[0]?.taken !== true) {
    throw new UserError(
      `Another session is changing this database: ${(await lockHolder(client)) ?? "it has just ended"}.\n` +
        "Nothing was done. Wait until it is done, check with status, and run this again if still needed.",
    );
  }
  try {
    return await work();
  } finally {
    // If the session broke, the lock went with it, and the error says why.
    await client.query("SELECT pg_advisory_unlock($1)", [PG_MIGRATE_LOCK_ID]).catch(() => undefined);
  }
}

/** Name and start of the session that is changing the database; undefined if there is none. */
export async function lockHolder(client: ClientBase): Promise<string | undefined> {
  const { rows } = await client.query<{ name: string; since: string }>(
    `SELECT coalesce(nullif(application_name, ''), 'a session without a name') AS name,
       to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since
     FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND (classid::bigint << 32) + objid::bigint = $1`,
    [PG_MIGRATE_LOCK_ID],
  );
  const [found] = rows;
  return found && `${found.name}, since ${found.since}`;
}
