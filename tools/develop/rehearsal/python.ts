import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../../src/shared/user-error";
import { runProgram } from "../../shared/process/program";
import { PROJECT } from "../../shared/terraform/synthesize";

const REQUIREMENTS = join(__dirname, "requirements.txt");

/** Where to find moto, and where to install it if it is missing. */
export interface PythonOptions {
  /** Environment of Python and pip. @default - this process's */
  readonly env?: NodeJS.ProcessEnv;
  /** Virtual environment to install moto into. @default - `.venv` in the project's folder */
  readonly localEnvironment?: string;
}

/**
 * A Python that has moto's server at the pinned version: the one on the PATH, otherwise the one in a local virtual
 * environment, which is created if necessary.
 *
 * @param onProgress - called before something is installed
 * @returns the command to start it with
 * @throws UserError with how to install moto, when it is missing and cannot be installed
 */
export async function pythonWithMoto(
  onProgress: (text: string) => void,
  { env = process.env, localEnvironment = join(PROJECT, ".venv") }: PythonOptions = {},
): Promise<string> {
  const local = join(localEnvironment, "bin", "python3");
  for (const python of ["python3", local]) {
    if (await hasMoto(python, env)) {
      return python;
    }
  }
  onProgress(`installing ${wantedMoto()} into ${localEnvironment}`);
  const steps: [string, string[]][] = [
    ["python3", ["-m", "venv", localEnvironment]],
    [local, ["-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS]],
  ];
  for (const [command, args] of steps) {
    const result = await runProgram(command, args, { env }).catch((error: unknown) => ({
      code: 1,
      stdout: "",
      stderr: String(error),
    }));
    if (result.code !== 0) {
      await rm(localEnvironment, { recursive: true, force: true });
      const output = `${result.stderr}\n${result.stdout}`.trim().split("\n").slice(-3);
      throw new UserError(
        [
          `The rehearsal needs Python 3 with ${wantedMoto()}, which could not be installed:`,
          ...output.map((line) => `  ${line}`),
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

/** The patches of emulator.py are for one version, so no other version will do. */
async function hasMoto(python: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (python.includes("/") && !existsSync(python)) {
    return false;
  }
  const script = "import flask, flask_cors, moto; print(moto.__version__)";
  const result = await runProgram(python, ["-c", script], { env }).catch(() => undefined);
  return result?.code === 0 && wantedMoto().endsWith(`==${result.stdout.trim()}`);
}
