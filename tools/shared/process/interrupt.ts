import { endPrograms, startNoMore, type Ending } from "./program";

/** Exit code of a program that SIGINT ended. */
const INTERRUPTED = 130;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds in which signals count as one: npm hands on the Ctrl-C that the terminal has told this process already. */
const ONE_PRESS_MS = 500;

const STILL_WAITING =
  "Still waiting: Terraform was told, and stops by itself. Ended by force, it would leave its lock, and what it made without state.";

/**
 * Runs work that leaves nothing behind: whether it succeeds, fails or is interrupted, what was
 * registered for cleaning is cleaned, last first. An interrupt ends the process afterwards; a second one
 * changes nothing.
 *
 * @param ending - how commands that run are ended: at once where nothing outlives this process, gracefully
 *   where they change something that stays
 * @param work - gets the function that registers a cleaning
 * @param onInterrupt - told when it is interrupted @default - nobody is told
 */
export async function cleaningUp<T>(
  ending: Ending,
  work: (onExit: (clean: () => Promise<void>) => void) => Promise<T>,
  onInterrupt: () => void = () => undefined,
): Promise<T> {
  const cleanings: (() => Promise<void>)[] = [];
  const clean = async (): Promise<void> => {
    await endPrograms(ending);
    for (let next = cleanings.pop(); next; next = cleanings.pop()) {
      await next();
    }
  };
  const state: { interruptedAt?: number } = {};
  const interrupt = (): void => {
    if (state.interruptedAt === undefined) {
      state.interruptedAt = performance.now();
      startNoMore();
      onInterrupt();
      void clean().finally(() => process.exit(INTERRUPTED));
    } else if (ending === "gracefully" && performance.now() - state.interruptedAt > ONE_PRESS_MS) {
      console.error(STILL_WAITING);
    }
  };
  for (const signal of SIGNALS) {
    process.on(signal, interrupt);
  }
  if (ending === "gracefully") {
    outliveReaders();
  }
  try {
    return await work((cleaning) => cleanings.push(cleaning));
  } catch (error) {
    // The commands that an interrupt ends fail too; that is not the news.
    if (state.interruptedAt !== undefined) {
      return await new Promise<never>(() => undefined);
    }
    throw error;
  } finally {
    if (state.interruptedAt === undefined) {
      for (const signal of SIGNALS) {
        process.removeListener(signal, interrupt);
      }
      await clean();
    }
  }
}

/**
 * A reader that goes away, such as a terminal that is closed or `| head`, would end this process by its next
 * word, and then Terraform by its own, before it has written its state.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", () => undefined);
  }
}
