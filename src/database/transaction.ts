import type { ClientBase } from "pg";

/** What pg says of a query whose answer does not come in time; others would wait behind it. */
export const NO_ANSWER = "Query read timeout";

/** Does work in a transaction: all of it is kept, or nothing. */
export async function inTransaction<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    // The news is why; where the session broke, or a query has no answer, PostgreSQL takes it back with the session.
    if (!(error as Error).message.startsWith(NO_ANSWER)) {
      await client.query("ROLLBACK").catch(() => undefined);
    }
    throw error;
  }
}
