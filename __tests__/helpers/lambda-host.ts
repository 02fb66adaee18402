import { fork, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { unzipSync } from "fflate";
import type { FunctionConfig } from "../../src/config/schema";

/** Result of an invocation, as Lambda returns it. */
export interface Invocation {
  /** Set when the function threw. */
  readonly failed?: string;
  /** JSON: the function's answer, or its error. */
  readonly payload: string;
}

/** One execution environment of a function. */
export interface LambdaHost {
  invoke(event: unknown): Promise<Invocation>;
  /** What it has written to its log so far. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Unpacks a function's package and runs it as Lambda would: nothing but its own files to load, and nothing but its own
 * variables.
 *
 * @param folder - that the package is unpacked into
 */
export function startFunction(
  { name, config }: { name: string; config: FunctionConfig },
  folder: string,
  env: Readonly<Record<string, string>>,
): LambdaHost {
  for (const [file, bytes] of Object.entries(unzipSync(readFileSync(resolve(config.artifact))))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), bytes);
  }
  const chunks: string[] = [];
  const waiting = new Map<number, (invocation: Invocation) => void>();
  const child: ChildProcess = fork(join(__dirname, "lambda-runtime.cjs"), {
    cwd: folder,
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...env,
      _HANDLER: config.handler,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_REGION: "ap-south-1",
      LAMBDA_TASK_ROOT: folder,
      TIMEOUT_SECONDS: String(config.timeoutSeconds),
    },
  });
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  child.on("message", (message) => {
    const { id, ...invocation } = message as Invocation & { id: number };
    waiting.get(id)?.(invocation);
    waiting.delete(id);
  });
  child.on("exit", () => {
    waiting.forEach((answer) => {
      answer({ failed: "Unhandled", payload: '{"errorType":"Runtime.ExitError","errorMessage":"Runtime exited"}' });
    });
  });
  const state = { invocations: 0 };
  return {
    invoke: (event) =>
      new Promise((resolve) => {
        state.invocations += 1;
        const timeout = setTimeout(() => {
          child.kill("SIGKILL");
          resolve({
            failed: "Unhandled",
            payload: `{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out after ${String(config.timeoutSeconds)}.00 seconds"}`,
          });
        }, config.timeoutSeconds * 1000);
        waiting.set(state.invocations, (invocation) => {
          clearTimeout(timeout);
          resolve(invocation);
        });
        child.send({ id: state.invocations, event });
      }),
    log: () => chunks.join(""),
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) {
          resolve();
        }
        child.once("exit", () => {
          resolve();
        });
        child.kill();
      }),
  };
}
