import { relative } from "node:path";
import type { EnvironmentConfig } from "../../src/config/environment";
import { ENVIRONMENT_NAMES, parseLine, requireEnvironment } from "../shared/terminal/arguments";
import { runCli } from "../shared/terminal/cli";
import { cleaningUp } from "../shared/process/interrupt";
import { AwsSession } from "../shared/aws/session";
import { StackTerraform } from "../shared/terraform/stack-terraform";
import { outputFolder, synthesize } from "../shared/terraform/synthesize";
import { requireTerraform } from "../shared/terraform/terraform";
import { requireSavedState } from "../shared/terraform/unsaved-state";
import { explainSearch, requireStateBucket } from "../operate/orphans/reach";
import { hasOrphans, renderOrphans } from "../operate/orphans/render";
import { Scratch } from "../operate/orphans/scratch";
import { findOrphans } from "../operate/orphans/orphans";

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
    console.log(json ? JSON.stringify(report, undefined, 2) : `\n${renderOrphans(report)}`);
    return hasOrphans(report) ? FOUND : 0;
  }),
);

function readArguments(args: string[]): { config: EnvironmentConfig; json: boolean } {
  const { positionals, values } = parseLine(
    { args, allowPositionals: true, options: { json: { type: "boolean", default: false } } },
    USAGE,
  );
  return { config: requireEnvironment(positionals, USAGE), json: values.json };
}
