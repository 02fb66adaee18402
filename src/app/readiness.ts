import type { Readiness } from "./schemas";
import type * as z from "zod/mini";

/** Seconds that one check takes at most. */
const CHECK_SECONDS = 8;

/** Checks of what a request needs, by name. Each throws when it fails, in words without secrets. */
export type Checks = Readonly<Record<"configuration" | "secrets" | "database", () => Promise<void>>>;

type Result = z.infer<typeof Readiness>;
type Outcome = Result["checks"]["database"];

/**
 * Looks whether everything is there that requests need, all at once, each check with a time-out of its own. Unlike
 * health, it wakes a paused database.
 *
 * @param timeoutMs - of one check @default 8,000
 */
export async function readiness(checks: Checks, timeoutMs: number = CHECK_SECONDS * 1000): Promise<Result> {
  const [configuration, secrets, database] = await Promise.all([
    outcome(checks.configuration, timeoutMs),
    outcome(checks.secrets, timeoutMs),
    outcome(checks.database, timeoutMs),
  ]);
  const all = { configuration, secrets, database };
  return { status: Object.values(all).every(({ status }) => status === "ok") ? "ok" : "failed", checks: all };
}

async function outcome(check: () => Promise<void>, timeoutMs: number): Promise<Outcome> {
  const timer: { handle?: NodeJS.Timeout } = {};
  const late = new Promise<never>((_, reject) => {
    timer.handle = setTimeout(() => {
      reject(new Error(`no answer within ${String(timeoutMs / 1000)} seconds`));
    }, timeoutMs);
  });
  try {
    await Promise.race([check(), late]);
    return { status: "ok" };
  } catch (error) {
    return { status: "failed", detail: (error as Error).message };
  } finally {
    clearTimeout(timer.handle);
  }
}
