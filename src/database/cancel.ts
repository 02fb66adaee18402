import type { Client } from "pg";

/**
 * Makes it possible to cancel the statement that a session runs. A second session does that: the first one listens to
 * nothing while a statement runs.
 *
 * @param client - the session, which is idle now
 * @param another - opens a session of the same user
 * @param leastMs - milliseconds that a statement has to run to be cancelled. Default: none
 * @returns a function that cancels the statement, unless it is over by the time that the second session is open
 * @see https://www.postgresql.org/docs/17/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL
 */
export async function canceller(
  client: Client,
  another: () => Promise<Client>,
  leastMs = 0,
): Promise<(isStill: () => boolean) => Promise<void>> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return async (isStill) => {
    const other = await another();
    try {
      if (isStill()) {
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
