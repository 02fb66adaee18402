import { DatabaseError, type Client } from "pg";
import type { Statement } from "./sample-rows";

/** What came of statements. */
export interface Outcome {
  /** SQLSTATE; undefined where they were accepted. @see https://www.postgresql.org/docs/17/errcodes-appendix.html */
  readonly code: string | undefined;
  /** Constraint or unique index that refused. */
  readonly constraint: string | undefined;
  /** Column that may not be null. */
  readonly column: string | undefined;
  /** What the last statement gave back. */
  readonly rows: readonly unknown[];
}

/** {@link Outcome} without a refusal. */
export const ACCEPTED = { code: undefined, constraint: undefined, column: undefined };

/** Tries statements one after the other, up to the first that is refused. Then everything is rolled back. */
export async function attempt(client: Client, ...statements: readonly (Statement | string)[]): Promise<Outcome> {
  let rows: readonly unknown[] = [];
  await client.query("BEGIN");
  try {
    for (const statement of statements) {
      const { text, values } = typeof statement === "string" ? { text: statement, values: [] } : statement;
      ({ rows } = await client.query<Record<string, unknown>>(text, [...values]));
    }
    return { ...ACCEPTED, rows };
  } catch (error) {
    if (!(error instanceof DatabaseError)) {
      throw error;
    }
    return { code: error.code, constraint: error.constraint, column: error.column, rows: [] };
  } finally {
    await client.query("ROLLBACK");
  }
}
