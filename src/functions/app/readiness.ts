import type * as z from "zod/mini";
import { log } from "../../shared/log";
import { LEVELS } from "../../shared/log-words";
import { withDeadline } from "./deadline";
import { reasonOf } from "./error-answer";
import type { Readiness } from "./schemas";

/** Time limit of one check in seconds: longer than the app waits for the database to wake up. */
export const CHECK_SECONDS = 12;

/** Checks of what a request needs. A failed check throws an Error: its message has no secrets, its cause may. */
export type Checks = Readonly<Record<"configuration" | "secrets" | "database", () => Promise<void>>>;

type Result = z.infer<typeof Readiness>;
type Outcome = Result["checks"]["database"];

/**
 * Runs all checks at the same time, each with its own time-out. Unlike health, it wakes a paused database.
 *
 * @param requestId - as the API and the function log it
 */
export async function readiness(checks: Checks, requestId: string): Promise<Result> {
  const [configuration, secrets, database] = await Promise.all([
    outcome(checks.configuration, requestId),
    outcome(checks.secrets, requestId),
    outcome(checks.database, requestId),
  ]);
  const all = { configuration, secrets, database };
  return { status: Object.values(all).every(({ status }) => status === "ok") ? "ok" : "failed", checks: all };
}

async function outcome(check: () => Promise<void>, requestId: string): Promise<Outcome> {
  const late = (): Error => new Error(`no answer within ${String(CHECK_SECONDS)} seconds`);
  const report = (error: unknown): void => {
    log(LEVELS.error, "not ready", { requestId, reason: reasonOf(error) });
  };
  try {
    await withDeadline(check(), CHECK_SECONDS * 1000, late, report);
    return { status: "ok" };
  } catch (error) {
    report(error);
    return { status: "failed", detail: (error as Error).message };
  }
}
