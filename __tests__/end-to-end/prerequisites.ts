import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../src/config/user-error";
import { ACCOUNT } from "../../src/config/account";
import { FOUNDATION_STACK } from "../../src/names";
import { runCommand } from "../../tools/lib/command";
import { stackFolder, synthesize } from "../../tools/lib/synthesize";
import { pinnedProvider, providerInstallation, requireTerraform, Terraform } from "../../tools/lib/terraform";
import { startEmulator } from "../../tools/rehearse/emulator";

/** What a suite may need, and the variable that says why it is missing. */
export const MISSING = {
  terraform: "MISSING_TERRAFORM",
  python: "MISSING_PYTHON",
  emulator: "MISSING_EMULATOR",
} as const;

/** jest's global setup: finds out what this machine has, once, and tells the suites. */
export default async function globalSetup(): Promise<void> {
  await tell(MISSING.terraform, useTerraform);
  await tell(MISSING.python, async () => {
    const result = await runCommand("python3", ["-c", "import venv, ensurepip"]).catch(() => undefined);
    if (result?.code !== 0) {
      throw new UserError("there is no python3 with the modules venv and ensurepip on the PATH");
    }
  });
  await tell(MISSING.emulator, async () => {
    const emulator = await startEmulator(ACCOUNT, console.log);
    await emulator.stop();
  });
}

async function tell(variable: string, use: () => Promise<void>): Promise<void> {
  try {
    await use();
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    process.env[variable] = error.message;
  }
}

async function useTerraform(): Promise<void> {
  await requireTerraform();
  const folder = await mkdtemp(join(tmpdir(), "aleenascuisine-prerequisites-"));
  try {
    await synthesize(join(folder, "cdktf.out"));
    const stack = stackFolder(join(folder, "cdktf.out"), FOUNDATION_STACK);
    const env = { ...process.env, ...providerInstallation(pinnedProvider(stack), folder) };
    await new Terraform(stack, env).initWithoutBackend();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
