import { setTimeout } from "node:timers/promises";
import { DatabaseResumingException } from "@aws-sdk/client-rds-data";
import { UserError } from "../../../src/shared/user-error";
import { WAKING_MS } from "../../../src/database/connection";

const PAUSE_MS = 5_000;

/** How to wait for a paused database. */
export interface Patience {
  /** Called once if the database has to wake, with the Data API's message. */
  readonly onWait: (reason: string) => void;
  /** Milliseconds to wait in all. @default 120,000 */
  readonly patienceMs?: number;
  /** Waits some milliseconds. @default - by the clock */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/**
 * Repeats a call until the database is awake. The call wakes the database, and until then does nothing else.
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
            `Run it again. If it still does not wake, check the cluster.\n${error.message}`,
        );
      }
      if (waited === 0) {
        onWait(error.message);
      }
    }
    await pause(PAUSE_MS);
  }
}
