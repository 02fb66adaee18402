import type { Client } from "pg";

/**
 * Makes it possible to cancel the statement that a session runs. A second session does that: the first one listens to
 * nothing while a statement runs.
 *
 * @param client - the session, which is idle now
 * @param another - opens a session of the same user
 * @returns a function that cancels the statement, unless it is over by the time that the second session is open
 * @see https://www.postgresql.org/docs/17/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL
 */
export async function canceller(
  client: Client,
  another: () => Promise<Client>,
): Promise<(isStill: () => boolean) => Promise<void>> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return async (isStill) => {
    const other = await another();
    try {
      if (isStill()) {
        await other.query("SELECT pg_cancel_backend($1)", [rows[0]?.pid]);
      }
    } finally {
      await other.end();
    }
  };
}
