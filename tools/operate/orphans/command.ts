import { relative } from "node:path";
import { AwsSession } from "../../shared/aws/session";
import { cleaningUp } from "../../shared/process/interrupt";
import type { Run } from "../../shared/terminal/command";
import { environmentNamed } from "../../shared/terminal/environments";
import { StackTerraform } from "../../shared/terraform/stack-terraform";
import { outputFolder, synthesize } from "../../shared/terraform/synthesize";
import { requireTerraform } from "../../shared/terraform/terraform";
import { requireSavedState } from "../../shared/terraform/unsaved-state";
import { findOrphans } from "./orphans";
import { explainSearch, requireStateBucket } from "./reach";
import { hasOrphans, renderOrphans } from "./render";
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
    const session = new AwsSession(config.account, env);
    await requireStateBucket(session);
    const outdir = outputFolder();
    const terraform = new StackTerraform({
      outdir: relative(process.cwd(), outdir),
      environment: config.name,
      env,
    });
    requireSavedState(terraform.folder);
    await synthesize(outdir);
    onProgress("terraform init");
    await terraform.initIfNeeded();
    const scratch = await Scratch.nextTo(terraform);
    onExit(() => scratch.remove());
    const report = await findOrphans({ session, terraform, scratch, onProgress }).catch((error: unknown) => {
      throw explainSearch(error, session);
    });
    console.log(line.flag("json") ? JSON.stringify(report, undefined, 2) : `\n${renderOrphans(report)}`);
    return hasOrphans(report) ? FOUND : 0;
  });
