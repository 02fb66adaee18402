import { endCommands, type Ending } from "./command";

/** Exit code of a program that SIGINT ended. */
const INTERRUPTED = 130;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs work that leaves nothing behind: whether it succeeds, fails or is interrupted, what was
 * registered for cleaning is cleaned, last first. An interrupt ends the process afterwards.
 *
 * @param ending - how commands that run are ended: at once where nothing outlives this process, gracefully
 *   where they change something that stays
 * @param work - gets the function that registers a cleaning
 */
export async function cleaningUp<T>(
  ending: Ending,
  work: (onExit: (clean: () => Promise<void>) => void) => Promise<T>,
): Promise<T> {
  const cleanings: (() => Promise<void>)[] = [];
  const clean = async (): Promise<void> => {
    await endCommands(ending);
    for (let next = cleanings.pop(); next; next = cleanings.pop()) {
      await next();
    }
  };
  const state = { interrupted: false };
  const interrupt = (): void => {
    state.interrupted = true;
    void clean().finally(() => process.exit(INTERRUPTED));
  };
  for (const signal of SIGNALS) {
    process.once(signal, interrupt);
  }
  try {
    return await work((cleaning) => cleanings.push(cleaning));
  } catch (error) {
    // The commands that an interrupt ends fail too; that is not the news.
    if (state.interrupted) {
      return await new Promise<never>(() => undefined);
    }
    throw error;
  } finally {
    if (!state.interrupted) {
      for (const signal of SIGNALS) {
        process.removeListener(signal, interrupt);
      }
      await clean();
    }
  }
}
