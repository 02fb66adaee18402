import { relative } from "node:path";
import { stackName } from "../../../src/config/names";
import { cleaningUp } from "../../shared/process/interrupt";
import type { Run } from "../../shared/terminal/command";
import { environmentNamed } from "../../shared/terminal/environments";
import { initialise } from "../../shared/terraform/initialise";
import { outputFolder, stackFolder, synthesize } from "../../shared/terraform/synthesize";
import { requireTerraform, Terraform } from "../../shared/terraform/terraform";
import { requireSavedState } from "../../shared/terraform/unsaved-state";
import { findSurvivors } from "./orphans";
import { requireStateBucket, toldOf } from "./reach";
import { hasFindings, renderSurvivors } from "./render";
import { Scratch } from "./scratch";

/** Exit code when there are orphaned resources. */
const FOUND = 2;

/** Runs `npm run orphans`. */
export const run: Run = (line) =>
  cleaningUp("at once", async (onExit) => {
    const config = environmentNamed(line.word("ENVIRONMENT"));
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
    console.log(line.flag("json") ? JSON.stringify(report, undefined, 2) : `\n${renderSurvivors(report)}`);
    return hasFindings(report) ? FOUND : 0;
  });
