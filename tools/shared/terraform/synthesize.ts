import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../../../src/shared/user-error";
import { runProgram } from "../process/program";

/** The project's folder. */
export const PROJECT = resolve(__dirname, "..", "..", "..");

/** The command in `cdktf.json`, as words. */
export function synthesisCommand(): [command: string, ...args: string[]] {
  const { app } = JSON.parse(readFileSync(join(PROJECT, "cdktf.json"), "utf8")) as { app: string };
  return app.split(" ") as [string, ...string[]];
}

/**
 * Runs the command in `cdktf.json`, as `cdktf synth` does.
 *
 * @param outdir - absolute folder that receives `stacks/NAME/cdk.tf.json`
 * @throws UserError with the output of the command
 */
export async function synthesize(outdir: string): Promise<void> {
  const [command, ...args] = synthesisCommand();
  const env = { ...process.env, CDKTF_OUTDIR: outdir };
  mkdirSync(outdir, { recursive: true }); // cdktf creates only the last folder of the path.
  const result = await runProgram(command, args, { cwd: PROJECT, env });
  if (result.code !== 0) {
    throw new UserError(`Synthesis failed:\n${result.stderr}`);
  }
}

/**
 * Folder that synthesis writes to: `CDKTF_OUTDIR`, as cdktf itself reads it, or `cdktf.out` of the project.
 *
 * @throws UserError when it cannot be written
 */
export function outputFolder(): string {
  const folder = resolve(PROJECT, process.env.CDKTF_OUTDIR ?? "cdktf.out");
  const existing = nearestExisting(folder);
  if (!isWritableFolder(existing)) {
    throw new UserError(
      `The stacks cannot be written to ${folder}: ${existing} is not a folder that you may write to. Nothing was changed. Set CDKTF_OUTDIR to another folder, or unset it.`,
    );
  }
  return folder;
}

/** A path, or its nearest parent that exists. */
function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

function isWritableFolder(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Folder of a synthesized stack. */
export function stackFolder(outdir: string, stack: string): string {
  return join(outdir, "stacks", stack);
}
