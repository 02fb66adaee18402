import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../src/shared/user-error";
import { FOUNDATION_STACK } from "../../src/config/names";
import { runProgram } from "../../tools/shared/process/program";
import { stackFolder, synthesize } from "../../tools/shared/terraform/synthesize";
import type { ProviderRelease } from "../../tools/shared/terraform/provider-mirror";
import {
  pinnedProvider,
  providerInstallation,
  requireTerraform,
  Terraform,
} from "../../tools/shared/terraform/terraform";
import { pythonWithMoto } from "../../tools/develop/rehearsal/python";

/** What a suite may need, and the variable that says why it is missing. */
export const MISSING = {
  terraform: "MISSING_TERRAFORM",
  python: "MISSING_PYTHON",
  emulator: "MISSING_EMULATOR",
} as const;

/**
 * jest's global setup: finds out what this machine has, once, and tells the suites.
 *
 * REQUIRE_END_TO_END=1: what is missing fails the run, for a runner that must rehearse.
 */
export default async function globalSetup(): Promise<void> {
  await tell(MISSING.terraform, useTerraform);
  await tell(MISSING.python, async () => {
    const result = await runProgram("python3", ["-c", "import venv, ensurepip"]).catch(() => undefined);
    if (result?.code !== 0) {
      throw new UserError("there is no python3 with the modules venv and ensurepip on the PATH");
    }
  });
  await tell(MISSING.emulator, async () => {
    await pythonWithMoto(console.log);
  });
}

async function tell(variable: string, use: () => Promise<void>): Promise<void> {
  try {
    await use();
  } catch (error) {
    if (!(error instanceof UserError) || process.env.REQUIRE_END_TO_END === "1") {
      throw error;
    }
    process.env[variable] = error.message;
    console.warn(`\nSkipping the suites that need it (${variable}): ${error.message}\n`);
  }
}

/** Installs the pinned provider for an empty configuration: what is wrong with a stack is not what is missing here. */
async function useTerraform(): Promise<void> {
  await requireTerraform();
  const folder = await mkdtemp(join(tmpdir(), "aleenascuisine-prerequisites-"));
  try {
    const provider = await synthesizedProvider(folder);
    const configuration = { terraform: { required_providers: { aws: provider } } };
    await writeFile(join(folder, "main.tf.json"), JSON.stringify(configuration));
    await new Terraform(folder, { ...process.env, ...providerInstallation(provider, folder) }).initWithoutBackend();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws Error when synthesis fails, which is no reason to skip anything */
async function synthesizedProvider(folder: string): Promise<ProviderRelease> {
  const outdir = join(folder, "cdktf.out");
  await synthesize(outdir).catch((error: unknown) => {
    throw new Error("The project does not synthesize", { cause: error });
  });
  return pinnedProvider(stackFolder(outdir, FOUNDATION_STACK));
}
