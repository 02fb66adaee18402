import { relative } from "node:path";
import type { EnvironmentConfig } from "../../src/config/schema";
import { stackName } from "../../src/config/names";
import { ENVIRONMENT_NAMES, parseLine, requireEnvironment } from "../shared/terminal/arguments";
import { runCli } from "../shared/terminal/cli";
import { initialise } from "../shared/terraform/initialise";
import { cleaningUp } from "../shared/process/interrupt";
import { outputFolder, stackFolder, synthesize } from "../shared/terraform/synthesize";
import { requireTerraform, Terraform } from "../shared/terraform/terraform";
import { requireSavedState } from "../shared/terraform/unsaved-state";
import { requireStateBucket, toldOf } from "../operate/orphans/reach";
import { hasFindings, renderSurvivors } from "../operate/orphans/render";
import { Scratch } from "../operate/orphans/scratch";
import { findSurvivors } from "../operate/orphans/orphans";

/** Something stands that state does not know. */
const FOUND = 2;

const USAGE = `usage: npm run survivors -- ENVIRONMENT [--json]

Lists what stands in AWS for an environment and is not in Terraform's state, as after an apply that was killed, with
the command that imports each. Changes nothing and takes no lock. Exits with 0 when there is nothing, 2 when there is.

  ENVIRONMENT  ${ENVIRONMENT_NAMES}
  --json       the same for machines`;

runCli(() =>
  cleaningUp("at once", async (onExit) => {
    const { config, json } = readArguments(process.argv.slice(2));
    const onProgress = (text: string): void => {
      console.error(text);
    };
    await requireTerraform();
    // The user's own CLI configuration decides where the provider comes from, as for cdktf.
    const env = process.env;
    await requireStateBucket(config, env);
    const outdir = outputFolder();
    const stack = stackName(config.name);
    const folder = relative(process.cwd(), stackFolder(outdir, stack));
    requireSavedState(folder);
    await synthesize(outdir);
    const terraform = new Terraform(folder, env);
    onProgress("terraform init");
    await initialise(terraform, env);
    const scratch = await Scratch.beside(terraform, env);
    onExit(() => scratch.remove());
    const options = { account: config.account, stack, terraform, scratch, env, onProgress };
    const report = await findSurvivors(options).catch((error: unknown) => {
      throw toldOf(error, env);
    });
    console.log(json ? JSON.stringify(report, undefined, 2) : `\n${renderSurvivors(report)}`);
    return hasFindings(report) ? FOUND : 0;
  }),
);

function readArguments(args: string[]): { config: EnvironmentConfig; json: boolean } {
  const { positionals, values } = parseLine(
    { args, allowPositionals: true, options: { json: { type: "boolean", default: false } } },
    USAGE,
  );
  return { config: requireEnvironment(positionals, USAGE), json: values.json };
}
