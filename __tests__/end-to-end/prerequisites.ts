import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { UserError } from "../../src/shared/user-error";
import { ACCOUNT } from "../../src/config/account";
import { FOUNDATION_STACK } from "../../src/config/names";
import { runProgram } from "../../tools/shared/process/program";
import { stackFolder, synthesize } from "../../tools/shared/terraform/synthesize";
import { pinnedProvider, providerInstallation } from "../../tools/shared/terraform/provider";
import { requireTerraform, Terraform } from "../../tools/shared/terraform/terraform";
import { pythonWithMoto } from "../../tools/develop/rehearsal/python";

/** What a suite may need, and the variable that says why it is missing. */
export const MISSING = {
  terraform: "MISSING_TERRAFORM",
  python: "MISSING_PYTHON",
  emulator: "MISSING_EMULATOR",
} as const;

/** Folder of the stacks as they were synthesized once for all suites. */
export const SYNTHESIZED = "SYNTHESIZED_STACKS";

/** Unix socket of the process that starts an emulator for each suite. */
export const EMULATORS = "EMULATORS_SOCKET";

/**
 * jest's global setup: finds out what this machine has, and prepares once what many suites use.
 *
 * REQUIRE_END_TO_END=1: what is missing fails the run, for a runner that must rehearse.
 */
export default async function globalSetup(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "aleenascuisine-tests-"));
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const outdir = join(folder, "cdktf.out");
  process.env[SYNTHESIZED] = outdir;
  await Promise.all([
    // A project that does not synthesize is no reason to skip anything.
    synthesize(outdir).then(() => use(MISSING.terraform, () => useTerraform(outdir, folder))),
    use(MISSING.python, usePython),
    use(MISSING.emulator, () => startEmulators(folder)),
  ]);
}

async function use(variable: string, prerequisite: () => Promise<void>): Promise<void> {
  try {
    await prerequisite();
  } catch (error) {
    if (!(error instanceof UserError) || process.env.REQUIRE_END_TO_END === "1") {
      throw error;
    }
    process.env[variable] = error.message;
    console.warn(`\nSkipping the suites that need it (${variable}): ${error.message}\n`);
  }
}

/** Installs the pinned provider for an empty configuration: what is wrong with a stack is not what is missing here. */
async function useTerraform(outdir: string, folder: string): Promise<void> {
  await requireTerraform();
  const provider = pinnedProvider(stackFolder(outdir, FOUNDATION_STACK));
  const working = join(folder, "provider");
  mkdirSync(working);
  const configuration = { terraform: { required_providers: { aws: provider } } };
  writeFileSync(join(working, "main.tf.json"), JSON.stringify(configuration));
  await new Terraform(working, { ...process.env, ...providerInstallation(provider, folder) }).initWithoutBackend();
}

async function usePython(): Promise<void> {
  const result = await runProgram("python3", ["-c", "import venv, ensurepip"]).catch(() => undefined);
  if (result?.code !== 0) {
    throw new UserError("there is no python3 with the modules venv and ensurepip on the PATH");
  }
}

/** Starts the process that forks emulators. It ends with this one. */
async function startEmulators(folder: string): Promise<void> {
  const python = await pythonWithMoto(console.log);
  const [socket, log] = [join(folder, "emulators"), join(folder, "emulators.log")];
  const child = spawn(python, [join(__dirname, "emulators.py"), socket], {
    env: { ...process.env, REHEARSAL_ACCOUNT_ID: ACCOUNT.id, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["pipe", "pipe", openSync(log, "w")],
  }) as ChildProcessByStdio<Writable, Readable, null>;
  await Promise.race([once(child.stdout, "data"), once(child, "close")]);
  if (child.exitCode !== null) {
    throw new Error(`The emulators did not start:\n${readFileSync(log, "utf8")}`);
  }
  child.unref();
  for (const stream of [child.stdin, child.stdout]) {
    if (stream instanceof Socket) {
      stream.unref();
    }
  }
  process.env[EMULATORS] = socket;
}
