import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClientBase } from "pg";
import { UserError } from "../shared/user-error";
import { progress } from "./progress";
import { inTransaction } from "./transaction";

/** Sample data: next to this file, and next to the bundle in the package. */
export const SEED_FILE = join(__dirname, "seed.sql");

/**
 * Adds the missing sample data.
 *
 * @param protectData - true if sample data is not allowed
 * @returns what was done, in lines for the user
 * @throws UserError if data is protected, or if migrations are pending
 */
export async function seed(client: ClientBase, protectData: boolean): Promise<string[]> {
  requireSampleDataAllowed(protectData);
  const { pending } = await progress(client);
  if (pending.length > 0) {
    throw new UserError(`Migrations are pending: ${pending.join(", ")}. Nothing was seeded. Run migrate first.`);
  }
  // pg returns one result per statement, but its type has only one.
  const results = (await inTransaction(client, () => client.query(readFileSync(SEED_FILE, "utf8")))) as unknown as {
    rowCount: number | null;
  }[];
  return [seedReport(results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0))];
}

/** @param added - number of rows that seeding added */
export function seedReport(added: number): string {
  return added === 0 ? "The sample data is there already." : `Added ${String(added)} rows of sample data.`;
}

/** @throws UserError if data is protected */
export function requireSampleDataAllowed(protectData: boolean): void {
  if (protectData) {
    throw new UserError(
      "Data is protected here (protectData of the environment, or PROTECT_DATA, which counts as true unless it is false), " +
        "and sample customers and orders must not mix with it. Nothing was done. " +
        "To fix data, write a SQL file and run it through shell.",
    );
  }
}
