import { endPrograms, startNoMore, type Ending } from "./program";

/** Exit code after SIGINT. */
const INTERRUPTED = 130;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds in which signals count as one: npm forwards a Ctrl-C that the terminal also sent to this process. */
const ONE_PRESS_MS = 500;

const STILL_WAITING =
  "Still waiting: Terraform is stopping. If you kill it, it leaves its lock, and resources that are not in state.";

/**
 * Runs work and cleans up after it: whether it succeeds, fails or is interrupted, the registered cleanups run, last
 * first. An interrupt then ends the process; a second one has no effect.
 *
 * @param ending - how to end running programs: gracefully if they change something that outlives this process,
 *   otherwise at once
 * @param work - gets the function that registers a cleanup
 * @param onInterrupt - called when the work is interrupted @default - no call
 */
export async function cleaningUp<T>(
  ending: Ending,
  work: (onExit: (clean: () => Promise<void>) => void) => Promise<T>,
  onInterrupt: () => void = () => undefined,
): Promise<T> {
  const cleanups: (() => Promise<void>)[] = [];
  const clean = async (): Promise<void> => {
    await endPrograms(ending);
    for (let next = cleanups.pop(); next; next = cleanups.pop()) {
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
    return await work((cleanup) => cleanups.push(cleanup));
  } catch (error) {
    // Programs that an interrupt ends also fail, which is not worth reporting.
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
 * Keeps this process running when its reader exits, such as a closed terminal or `| head`. Otherwise the next output
 * would end it, and Terraform with it, before Terraform has written its state.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", () => undefined);
  }
}
