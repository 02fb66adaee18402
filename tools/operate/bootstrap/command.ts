import { ACCOUNT } from "../../../src/config/account";
import { FOUNDATION_NAME } from "../../../src/config/names";
import { UserError } from "../../../src/shared/user-error";
import { runInteractively } from "../../shared/process/program";
import { unlockCommand } from "../../shared/aws/state-lock";
import { cleaningUp } from "../../shared/process/interrupt";
import type { Run } from "../../shared/terminal/command";
import { StackTerraform } from "../../shared/terraform/stack-terraform";
import { outputFolder, synthesize } from "../../shared/terraform/synthesize";
import { ONE_WORKSPACE, requireTerraform } from "../../shared/terraform/terraform";
import { bootstrap } from "./bootstrap";

/** Runs `npm run bootstrap`. */
export const run: Run = async (line, { interactive }) => {
  const autoApprove = line.flag("auto-approve");
  if (!autoApprove && !interactive) {
    throw new UserError("There is no terminal to ask at. Add --auto-approve to apply without a review of the plan.");
  }
  return cleaningUp("gracefully", async () => {
    await requireTerraform();
    const outdir = outputFolder();
    await synthesize(outdir);
    // The user's own CLI configuration decides where the provider comes from, as for cdktf.
    const env = { ...process.env, ...ONE_WORKSPACE };
    await bootstrap({
      account: ACCOUNT,
      terraform: new StackTerraform({ outdir, environment: FOUNDATION_NAME, env }),
      env,
      apply: ({ folder }) => applyInteractively(folder, env, autoApprove),
      onProgress: (text) => {
        console.log(text);
      },
    });
    return 0;
  });
};

/** Terraform itself shows its plan, asks, and shows its progress. */
async function applyInteractively(folder: string, env: NodeJS.ProcessEnv, autoApprove: boolean): Promise<void> {
  const args = ["apply", ...(autoApprove ? ["-input=false", "-auto-approve"] : [])];
  if ((await runInteractively("terraform", args, { cwd: folder, env })) !== 0) {
    throw new UserError(
      [
        "terraform apply failed; its own message is above. Fix the cause and run the bootstrap again.",
        `If a killed run left a lock behind, release it: ${unlockCommand(folder)}, with the ID from the message.`,
      ].join("\n"),
    );
  }
}
