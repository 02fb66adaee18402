import { spawn, type ChildProcess } from "node:child_process";
import { devNull } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { AwsAccount } from "../../../src/shared/aws-account";
import { UserError } from "../../../src/shared/user-error";
import { ANSWER_VARIABLE } from "../../shared/aws/client-settings";
import { endGroup } from "../../shared/process/program";
import { pythonWithMoto } from "./python";

/** An emulated AWS that runs on this machine. */
export interface Emulator {
  /** Where it listens; loopback only. */
  readonly url: string;
  /**
   * Environment for clients that must reach the emulator and nothing else: the endpoint, obviously fake credentials,
   * and none of the user's own AWS settings.
   */
  readonly env: NodeJS.ProcessEnv;
  /** Ends the emulator; everything in it is lost. */
  stop(): Promise<void>;
}

/** Settings of an emulator. */
export interface EmulatorOptions {
  /** File that receives a line of JSON per request. @default - requests are not recorded */
  readonly recordTo?: string;
}

/**
 * Starts moto on a free port. It always ends with this process.
 *
 * @param account - account and region to emulate
 * @param onProgress - called with each step that takes long
 * @throws UserError with how to install moto, when it is missing and cannot be installed
 */
export async function startEmulator(
  account: AwsAccount,
  onProgress: (text: string) => void,
  { recordTo }: EmulatorOptions = {},
): Promise<Emulator> {
  const python = await pythonWithMoto(onProgress);
  const child = spawn(python, [join(__dirname, "emulator.py")], {
    env: {
      ...process.env,
      REHEARSAL_ACCOUNT_ID: account.id,
      ...(recordTo !== undefined && { REHEARSAL_REQUESTS: recordTo }),
    },
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const port = await firstLine(child);
  const url = `http://127.0.0.1:${port}`;
  return { url, env: emulatedEnvironment(url, account), stop: () => endGroup(child, "at once") };
}

/**
 * This process's environment for clients of an emulator: without variables that may lead to a real account.
 *
 * @param url - where the emulator listens
 */
export function emulatedEnvironment(url: string, account: AwsAccount): NodeJS.ProcessEnv {
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
    // A profile could set another endpoint, or ignore the one in the environment.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    CHECKPOINT_DISABLE: "1",
    // On a busy machine the emulator answers late.
    [ANSWER_VARIABLE]: "600",
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const errors: string[] = [];
    child.stderr?.on("data", (chunk: Buffer) => {
      errors.push(chunk.toString());
      // Only errors during the start are shown; later, moto logs each request here.
      errors.splice(0, errors.length - 20);
    });
    child.once("error", reject);
    child.once("close", () => {
      reject(new UserError(`moto ended during its start:\n${errors.join("")}`));
    });
    if (child.stdout) {
      createInterface({ input: child.stdout }).once("line", resolve);
    }
  });
}
