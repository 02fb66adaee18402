import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** How a program is run. */
export interface ProgramOptions {
  /** @default - this process's working folder */
  readonly cwd?: string;
  /** @default - this process's environment */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each line of standard output. */
  readonly onLine?: (line: string) => void;
}

/** How a program ended. */
export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Running programs. Those with their own process group are signalled with their children; those that share the terminal
 * get its signals.
 */
const running = new Map<ChildProcess, "own group" | "terminal">();

/** How to end programs: kill them, or let them finish what they must not leave half-done. */
export type Ending = "at once" | "gracefully";

const limits = { startsNoMore: false };

/**
 * Stops {@link runProgram} from starting programs, because this process is about to end. Its callers then wait forever,
 * so that none continues after a program that was ended.
 */
export function startNoMore(): void {
  limits.startsNoMore = true;
}

/**
 * Runs a program to its end. The caller checks its exit code.
 *
 * @throws Error when the program cannot be started
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env, onLine }: ProgramOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    if (limits.startsNoMore) {
      return;
    }
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
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
 * Runs a program that talks to the person at the terminal.
 *
 * @returns its exit code
 * @throws Error when the program cannot be started
 */
export function runInteractively(
  program: string,
  args: readonly string[],
  { cwd, env }: Pick<ProgramOptions, "cwd" | "env">,
): Promise<number> {
  return new Promise((resolve, reject) => {
    if (limits.startsNoMore) {
      return;
    }
    const child = spawn(program, args, { cwd, env, stdio: "inherit" });
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
 * Ends every running program and its children, and waits until all have exited.
 *
 * @param ending - gracefully, Terraform writes its state and releases its lock; killed, it does neither
 */
export async function endPrograms(ending: Ending): Promise<void> {
  await Promise.all(
    [...running].map(([child, group]) => {
      if (group === "own group") {
        return endGroup(child, ending);
      }
      if (!process.stdin.isTTY) {
        // A terminal has signalled it already, and a second interrupt makes Terraform quit at once.
        child.kill("SIGINT");
      }
      return closed(child);
    }),
  );
}

/** Ends a child that leads a process group, with all its children, and waits until it has exited. */
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
