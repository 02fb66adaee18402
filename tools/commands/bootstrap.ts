import { ACCOUNT } from "../../src/config/account";
import { UserError } from "../../src/shared/user-error";
import { FOUNDATION_NAME, FOUNDATION_STACK } from "../../src/config/names";
import { parseLine } from "../shared/terminal/arguments";
import { runCli } from "../shared/terminal/cli";
import { runInteractively } from "../shared/process/program";
import { cleaningUp } from "../shared/process/interrupt";
import { outputFolder, synthesize } from "../shared/terraform/synthesize";
import { unlockCommand } from "../shared/aws/state-lock";
import { StackTerraform } from "../shared/terraform/stack-terraform";
import { ONE_WORKSPACE, requireTerraform } from "../shared/terraform/terraform";
import { bootstrap } from "../operate/bootstrap/bootstrap";

const USAGE = `usage: npm run bootstrap [-- --auto-approve]

Makes account ${ACCOUNT.id} ready for environments: the state bucket, then the stack ${FOUNDATION_STACK}.
Terraform shows its plan and asks, unless --auto-approve is given. Safe to run again at any time.`;

runCli(() =>
  cleaningUp("gracefully", async () => {
    const { autoApprove } = readArguments(process.argv.slice(2));
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
  }),
);

function readArguments(args: string[]): { autoApprove: boolean } {
  const {
    values: { "auto-approve": autoApprove },
  } = parseLine({ args, options: { "auto-approve": { type: "boolean", default: false } } }, USAGE);
  if (!autoApprove && !process.stdin.isTTY) {
    throw new UserError(`There is no terminal to ask at. Add --auto-approve if the plan needs no look.\n\n${USAGE}`);
  }
  return { autoApprove };
}

/** Terraform talks to the person itself: its plan, its question, its progress. */
async function applyInteractively(folder: string, env: NodeJS.ProcessEnv, autoApprove: boolean): Promise<void> {
  const args = ["apply", ...(autoApprove ? ["-input=false", "-auto-approve"] : [])];
  if ((await runInteractively("terraform", args, { cwd: folder, env })) !== 0) {
    throw new UserError(
      [
        "terraform apply failed; its own message stands above. Mend the cause and run the bootstrap again.",
        `If it is a lock that a killed run left behind: ${unlockCommand(folder)}, with the ID of the message.`,
      ].join("\n"),
    );
  }
}
