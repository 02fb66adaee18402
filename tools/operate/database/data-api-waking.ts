import { setTimeout } from "node:timers/promises";
import { DatabaseResumingException } from "@aws-sdk/client-rds-data";
import { UserError } from "../../../src/shared/user-error";
import { WAKING_MS } from "../../../src/database/connection";

const PAUSE_MS = 5_000;

/** How a database that pauses is waited for. */
export interface Patience {
  /** Told once, when the database has to wake, what the Data API says of it. */
  readonly onWait: (reason: string) => void;
  /** Milliseconds of pauses until it is given up. @default 120,000 */
  readonly patienceMs?: number;
  /** Waits some milliseconds. @default - by the clock */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/**
 * Repeats a call until the database is awake. The call itself wakes it, and did nothing else when it is answered so.
 *
 * @throws UserError when it does not wake in time; whatever else the call throws
 */
export async function untilAwake<T>(
  call: () => Promise<T>,
  { onWait, patienceMs = WAKING_MS, pause = setTimeout }: Patience,
): Promise<T> {
  for (let waited = 0; ; waited += PAUSE_MS) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof DatabaseResumingException)) {
        throw error;
      }
      if (waited + PAUSE_MS > patienceMs) {
        throw new UserError(
          `Nothing was done: the database did not wake in ${String(patienceMs / 1000)} seconds. ` +
            `Run it again, and look at the cluster if that stays.\n${error.message}`,
        );
      }
      if (waited === 0) {
        onWait(error.message);
      }
    }
    await pause(PAUSE_MS);
  }
}
