import { join } from "node:path";
import { environments } from "../../../src/config/environments";
import type { EnvironmentConfig } from "../../../src/config/schema";
import type { Run } from "../../shared/terminal/command";
import { runProgram } from "../../shared/process/program";
import { PROJECT } from "../../shared/terraform/synthesize";
import { streamProgress } from "../../shared/terminal/progress";
import { assumeDeployer } from "../rehearsal/deployer";
import { rehearse, type AppliedEnvironment } from "../rehearsal/rehearsal";
import { median } from "./median";

/** Pairs of runs; the first pair initialises and warms the disk's cache, and is not counted. */
const PAIRS = 7;

/** Limit of a reviewed plan, as a multiple of Terraform's own plan and show. */
const LIMIT = 1.15;

/** Any environment will do. */
const [config] = environments as readonly [EnvironmentConfig];

/** Exit codes of a plan: nothing to change, something to change. */
const PLANNED = [0, 2];

/** Runs `npm run bench:plan`. */
export const run: Run = async () => {
  let ratio = Number.NaN;
  await rehearse({
    config,
    progress: streamProgress(process.stdout),
    destroy: false,
    inspect: async (applied) => {
      ratio = median(await measure(applied));
    },
  });
  console.log(
    `npm run plan            ${ratio.toFixed(2)} × terraform plan and terraform show -json (at most ${String(LIMIT)})`,
  );
  return ratio <= LIMIT ? 0 : 1;
};

/** Runs the command and its parts in turn, so that both see the same machine. */
async function measure({ env, folder }: AppliedEnvironment): Promise<number[]> {
  const deployer = await assumeDeployer(config, env);
  const outdir = join(folder, "..", "..");
  const ratios: number[] = [];
  for (let pair = 0; pair <= PAIRS; pair += 1) {
    const reviewed = await timed("npm", ["run", "--silent", "plan", "--", config.name], {
      cwd: PROJECT,
      env: { ...deployer, CDKTF_OUTDIR: outdir },
    });
    const bare =
      (await timed("terraform", ["plan", "-input=false", "-out=bare.tfplan"], { cwd: folder, env: deployer })) +
      (await timed("terraform", ["show", "-json", "bare.tfplan"], { cwd: folder, env: deployer }));
    ratios.push(reviewed / bare);
  }
  return ratios.slice(1);
}

/** @returns milliseconds */
async function timed(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<number> {
  const start = performance.now();
  const { code, stderr } = await runProgram(command, args, options);
  if (!PLANNED.includes(code)) {
    throw new Error(`${[command, ...args].join(" ")} failed:\n${stderr}`);
  }
  return performance.now() - start;
}
