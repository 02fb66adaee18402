import type { Client } from "pg";

/**
 * Lets what a session runs be cancelled, from a session beside it: its own takes nothing while it runs a statement.
 *
 * @param client - the session, which is idle now
 * @param another - opens a session of the same user
 * @returns what cancels, if what was meant still runs when the other session is there
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
