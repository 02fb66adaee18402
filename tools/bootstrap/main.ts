import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { ACCOUNT } from "../../src/config/account";
import { UserError } from "../../src/config/user-error";
import { FOUNDATION_STACK } from "../../src/names";
import { runCli } from "../lib/cli";
import { cleaningUp } from "../lib/interrupt";
import { PROJECT, stackFolder, synthesize } from "../lib/synthesize";
import { pinnedProvider, providerInstallation, requireTerraform, Terraform, TerraformFailure } from "../lib/terraform";
import { bootstrap } from "./bootstrap";

const USAGE = `usage: npm run bootstrap [-- --auto-approve]

Makes account ${ACCOUNT.id} ready for environments: the state bucket, then the stack ${FOUNDATION_STACK}.
Terraform shows its plan and asks, unless --auto-approve is given. Safe to run again at any time.`;

runCli(() =>
  cleaningUp(async (onExit) => {
    const { autoApprove } = readArguments(process.argv.slice(2));
    await requireTerraform();
    const outdir = join(PROJECT, "cdktf.out");
    await synthesize(outdir);

    const scratch = await mkdtemp(join(tmpdir(), "aleenascuisine-bootstrap-"));
    onExit(() => rm(scratch, { recursive: true, force: true }));
    const folder = stackFolder(outdir, FOUNDATION_STACK);
    const env = { ...process.env, ...providerInstallation(pinnedProvider(folder), scratch) };
    await bootstrap({
      account: ACCOUNT,
      terraform: new Terraform(folder, env),
      env,
      apply: () => applyInteractively(folder, env, autoApprove),
      onProgress: (text) => {
        console.log(text);
      },
    });
    return 0;
  }),
);

function readArguments(args: string[]): { autoApprove: boolean } {
  let autoApprove: boolean;
  try {
    ({
      values: { "auto-approve": autoApprove },
    } = parseArgs({ args, options: { "auto-approve": { type: "boolean", default: false } } }));
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
  if (!autoApprove && !process.stdin.isTTY) {
    throw new UserError(`There is no terminal to ask at. Add --auto-approve if the plan needs no look.\n\n${USAGE}`);
  }
  return { autoApprove };
}

/** Terraform talks to the person itself: its plan, its question, its progress. */
function applyInteractively(folder: string, env: NodeJS.ProcessEnv, autoApprove: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const args = ["apply", ...(autoApprove ? ["-input=false", "-auto-approve"] : [])];
    const child = spawn("terraform", args, { cwd: folder, env, stdio: "inherit" });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new TerraformFailure("apply", ["Its own message stands above. Running the command again is safe."]));
      }
    });
  });
}
