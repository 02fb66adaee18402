import { endPrograms, startNoMore, type Ending } from "./program";

/** Exit code of a program that SIGINT ended. */
const INTERRUPTED = 130;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds in which signals count as one: npm forwards a Ctrl-C that the terminal has sent to this process too. */
const ONE_PRESS_MS = 500;

const STILL_WAITING =
  "Still waiting: Terraform is stopping. Ended by force, it would leave its lock, and resources that are not in state.";

/**
 * Runs work that leaves nothing behind: whether it succeeds, fails or is interrupted, the registered cleanings run, last
 * first. An interrupt then ends the process; a second one changes nothing.
 *
 * @param ending - how running programs are ended: at once where nothing outlives this process, gracefully where they
 *   change something that does
 * @param work - gets the function that registers a cleaning
 * @param onInterrupt - called when the work is interrupted @default - no call
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
    // The programs that an interrupt ends fail too. That is not worth reporting.
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
 * When a reader goes away, such as a closed terminal or `| head`, the next output would end this process, and then
 * Terraform, before it has written its state.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", () => undefined);
  }
}
