import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../../src/config/user-error";
import { runCommand } from "./command";

/** The project's folder. */
export const PROJECT = resolve(__dirname, "..", "..");

/** The command of `cdktf.json`, as words. */
export function synthesisCommand(): [command: string, ...args: string[]] {
  const { app } = JSON.parse(readFileSync(join(PROJECT, "cdktf.json"), "utf8")) as { app: string };
  return app.split(" ") as [string, ...string[]];
}

/**
 * Runs the command of `cdktf.json`, as `cdktf synth` does.
 *
 * @param outdir - absolute folder that receives `stacks/NAME/cdk.tf.json`
 * @throws UserError with what the command said
 */
export async function synthesize(outdir: string): Promise<void> {
  const [command, ...args] = synthesisCommand();
  const env = { ...process.env, CDKTF_OUTDIR: outdir };
  const result = await runCommand(command, args, { cwd: PROJECT, env });
  if (result.code !== 0) {
    throw new UserError(`Synthesis failed:\n${result.stderr}`);
  }
}

/** Folder that synthesis writes to: `CDKTF_OUTDIR`, as cdktf itself reads it, or `cdktf.out` of the project. */
export function outputFolder(): string {
  return resolve(PROJECT, process.env.CDKTF_OUTDIR ?? "cdktf.out");
}

/** Folder of a synthesized stack. */
export function stackFolder(outdir: string, stack: string): string {
  return join(outdir, "stacks", stack);
}
