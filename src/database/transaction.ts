import type { ClientBase } from "pg";
import { NO_ANSWER } from "../shared/transient-errors";

/** Runs work in a transaction: all of it is kept, or nothing. */
export async function inTransaction<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    // A ROLLBACK would wait behind a query without an answer; PostgreSQL rolls back when the session ends.
    if (!(error as Error).message.startsWith(NO_ANSWER)) {
      await client.query("ROLLBACK").catch(() => undefined);
    }
    throw error;
  }
}
