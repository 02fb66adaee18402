import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { AwsAccount } from "../../src/config/account";
import { UserError } from "../../src/config/user-error";
import { runCommand, signalGroup } from "../lib/command";

const REQUIREMENTS = join(__dirname, "requirements.txt");

/** Local environment that moto is installed into where the machine has none of the pinned version. */
const LOCAL_ENVIRONMENT = join(__dirname, "..", "..", ".venv");

/** An emulated AWS that runs on this machine. */
export interface Emulator {
  /** Where it listens; loopback only. */
  readonly url: string;
  /**
   * Environment of whoever is to talk to the emulator and to nothing else: the endpoint, credentials
   * that are obviously none, and nothing of the user's own AWS settings.
   */
  readonly env: NodeJS.ProcessEnv;
  /** Ends the emulator with everything that it holds. */
  stop(): Promise<void>;
}

/**
 * Starts moto on a free port. It ends with this process, however that ends.
 *
 * @param account - account and region that are emulated
 * @param onProgress - told what takes long
 * @throws UserError when moto is neither there nor to be had, with the way to get it
 */
export async function startEmulator(account: AwsAccount, onProgress: (text: string) => void): Promise<Emulator> {
  const python = await pythonWithMoto(onProgress);
  const child = spawn(python, [join(__dirname, "emulator.py")], {
    env: { ...process.env, REHEARSAL_ACCOUNT_ID: account.id },
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const port = await firstLine(child);
  const url = `http://127.0.0.1:${port}`;
  return { url, env: emulatedEnvironment(url, account), stop: () => end(child) };
}

/** Environment variables that may lead to a real account. */
function emulatedEnvironment(url: string, account: AwsAccount): NodeJS.ProcessEnv {
  const rest: NodeJS.ProcessEnv = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS_|TF_(?!LOG))/.test(name)),
  );
  return {
    ...rest,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "rehearsal-sample",
    AWS_SECRET_ACCESS_KEY: "rehearsal-sample",
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_EC2_METADATA_DISABLED: "true",
    CHECKPOINT_DISABLE: "1",
  };
}

async function pythonWithMoto(onProgress: (text: string) => void): Promise<string> {
  const local = join(LOCAL_ENVIRONMENT, "bin", "python3");
  for (const python of ["python3", local]) {
    if (await hasMoto(python)) {
      return python;
    }
  }
  onProgress(`installing ${wantedMoto()} into .venv`);
  const steps: [string, string[]][] = [
    ["python3", ["-m", "venv", LOCAL_ENVIRONMENT]],
    [local, ["-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS]],
  ];
  for (const [command, args] of steps) {
    const result = await runCommand(command, args).catch((error: unknown) => ({ code: 1, stderr: String(error) }));
    if (result.code !== 0) {
      throw new UserError(
        [
          `The rehearsal needs Python 3 with ${wantedMoto()}, and it could not be installed here:`,
          `  ${result.stderr.trim().split("\n").slice(-3).join("\n  ")}`,
          `Install it where a Python registry can be reached: python3 -m pip install "${wantedMoto()}"`,
        ].join("\n"),
      );
    }
  }
  return local;
}

function wantedMoto(): string {
  return readFileSync(REQUIREMENTS, "utf8").trim();
}

/** The mends are written against one version; another one is as good as none. */
async function hasMoto(python: string): Promise<boolean> {
  if (python.includes("/") && !existsSync(python)) {
    return false;
  }
  const script = "import flask, flask_cors, moto; print(moto.__version__)";
  const result = await runCommand(python, ["-c", script]).catch(() => undefined);
  return result?.code === 0 && wantedMoto().endsWith(`==${result.stdout.trim()}`);
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const errors: string[] = [];
    child.stderr?.on("data", (chunk: Buffer) => {
      errors.push(chunk.toString());
      // Only the start can fail for a reason that is worth showing; afterwards moto logs each request here.
      errors.splice(0, errors.length - 20);
    });
    child.once("error", reject);
    child.once("close", () => {
      reject(new UserError(`moto ended while it started:\n${errors.join("")}`));
    });
    if (child.stdout) {
      createInterface({ input: child.stdout }).once("line", resolve);
    }
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    child.once("close", () => {
      resolve();
    });
    signalGroup(child, "SIGKILL");
  });
}
