import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** What a command is run with. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each line of standard output. */
  readonly onLine?: (line: string) => void;
}

/** How a command ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Commands that run now, and whether they lead a process group of their own. Those that do are signalled
 * with their children; those that share the terminal are signalled by it.
 */
const running = new Map<ChildProcess, "own group" | "terminal">();

/** How commands are ended: killed, or asked to finish what they must not leave half-done. */
export type Ending = "at once" | "gracefully";

const limits = { startsNoMore: false };

/**
 * From now on no command is started: for a process that is about to end. Whoever asks for one waits, so that
 * the step after a command that was ended is not taken.
 */
export function startNoMore(): void {
  limits.startsNoMore = true;
}

/**
 * Runs a command to its end. Its exit code is the caller's to judge.
 *
 * @throws Error when the command cannot be started
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, onLine }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    if (limits.startsNoMore) {
      return;
    }
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    running.set(child, "own group");
    const stdout: string[] = [];
    const stderr: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => {
      stdout.push(line);
      onLine?.(line);
    });
    createInterface({ input: child.stderr }).on("line", (line) => {
      stderr.push(line);
    });
    child.once("error", (error) => {
      running.delete(child);
      reject(error);
    });
    child.once("close", (code, signal) => {
      running.delete(child);
      resolve({ code: code ?? (signal ? 128 : 1), stdout: stdout.join("\n"), stderr: stderr.join("\n") });
    });
  });
}

/**
 * Runs a command that talks to the person at the terminal itself.
 *
 * @returns its exit code
 * @throws Error when the command cannot be started
 */
export function runInteractively(
  command: string,
  args: readonly string[],
  { cwd, env }: Pick<CommandOptions, "cwd" | "env">,
): Promise<number> {
  return new Promise((resolve, reject) => {
    if (limits.startsNoMore) {
      return;
    }
    const child = spawn(command, args, { cwd, env, stdio: "inherit" });
    running.set(child, "terminal");
    child.once("error", (error) => {
      running.delete(child);
      reject(error);
    });
    child.once("close", (code) => {
      running.delete(child);
      resolve(code ?? 1);
    });
  });
}

/**
 * Ends every command that runs now, with what it started, and waits until all are gone.
 *
 * @param ending - Terraform that is asked writes its state and releases its lock; killed, it does neither
 */
export async function endCommands(ending: Ending): Promise<void> {
  await Promise.all(
    [...running].map(([child, group]) => {
      if (group === "own group") {
        return endGroup(child, ending);
      }
      if (!process.stdin.isTTY) {
        child.kill("SIGINT"); // A terminal has told it already, and a second interrupt makes Terraform quit at once.
      }
      return closed(child);
    }),
  );
}

/** Ends a child that leads a process group, with everything that it started, and waits until it is gone. */
export async function endGroup(child: ChildProcess, ending: Ending): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  process.kill(-child.pid, ending === "gracefully" ? "SIGINT" : "SIGKILL");
  await closed(child);
}

function closed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("close", () => {
      resolve();
    });
  });
}
