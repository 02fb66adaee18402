import type { Client } from "pg";

/**
 * Prepares to cancel the statement that a session runs. A second session cancels it, because the first one accepts
 * nothing while a statement runs.
 *
 * @param client - the session, idle for now
 * @param another - opens a session of the same user
 * @param leastMs - milliseconds that a statement must have run to be cancelled @default 0
 * @returns a function that cancels the statement, unless it ended before the second session was open
 * @see https://www.postgresql.org/docs/17/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL
 */
export async function canceller(
  client: Client,
  another: () => Promise<Client>,
  leastMs = 0,
): Promise<(isRunning: () => boolean) => Promise<void>> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return async (isRunning) => {
    const other = await another();
    try {
      if (isRunning()) {
        await other.query(
          `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
           WHERE pid = $1 AND state = 'active' AND clock_timestamp() - query_start >= $2 * interval '1 millisecond'`,
          [rows[0]?.pid, leastMs],
        );
      }
    } finally {
      await other.end();
    }
  };
}
