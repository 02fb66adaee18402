import type * as z from "zod/mini";
import { log } from "../../shared/log";
import { LEVELS } from "../../shared/log-words";
import { withDeadline } from "./deadline";
import { reasonOf } from "./error-answer";
import type { Readiness } from "./schemas";

/** Seconds that one check takes at most: longer than a database that wakes is waited for. */
export const CHECK_SECONDS = 12;

/** Checks of what a request needs, by name. Each throws when it fails, in words without secrets; the cause has the rest. */
export type Checks = Readonly<Record<"configuration" | "secrets" | "database", () => Promise<void>>>;

type Result = z.infer<typeof Readiness>;
type Outcome = Result["checks"]["database"];

/**
 * Looks whether everything is there that requests need, all at once, each check with a time-out of its own. Unlike
 * health, it wakes a paused database.
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
  const tell = (error: unknown): void => {
    log(LEVELS.error, "not ready", { requestId, reason: reasonOf(error) });
  };
  try {
    await withDeadline(check(), CHECK_SECONDS * 1000, late, tell);
    return { status: "ok" };
  } catch (error) {
    tell(error);
    return { status: "failed", detail: (error as Error).message };
  }
}
