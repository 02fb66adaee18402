import { environments } from "../../src/config/environments";
import { UserError } from "../../src/shared/user-error";
import { stackName } from "../../src/config/names";
import { parseLine, requireEnvironment } from "../shared/terminal/arguments";
import { runCli } from "../shared/terminal/cli";
import { runProgram } from "../shared/process/program";
import { outputFolder, PROJECT, stackFolder } from "../shared/terraform/synthesize";
import { allowedAddresses } from "../pipeline/allowed-addresses";
import { GitHub } from "../pipeline/github";
import { commentOn, planReport, reportDrift, type PlanReport } from "../pipeline/plan-report";

const USAGE = `usage: node --import tsx tools/commands/ci.ts COMMAND

What the workflows do beside planning and applying. docs/pull-requests.md has the whole.

  allowed ENVIRONMENT [--commits BASE..HEAD] [--typed "ADDRESS ..."]
                                print the --allow options of a plan
  comment ENVIRONMENT NUMBER    write the review below a pull request
  drift ENVIRONMENT CODE        open, update or close the environment's issue; CODE is how the plan exited`;

/** A range of commits by id or branch; no option of git's. */
const COMMITS = /^[A-Za-z0-9][\w./-]*\.\.[A-Za-z0-9][\w./-]*$/;

runCli(async () => {
  const { positionals, values } = readArguments(process.argv.slice(2));
  const [command, environment = "", word = ""] = positionals;
  const count = command === "allowed" ? 2 : 3;
  if (positionals.length === count) {
    switch (command) {
      case "allowed":
        console.log(await allowOptions(environment, values));
        return 0;
      case "comment": {
        const number = pullRequest(word);
        await commentOn(new GitHub(process.env), number, report(environment));
        return 0;
      }
      case "drift":
        console.log(await reportDrift(new GitHub(process.env), word === "0", report(environment)));
        return 0;
    }
  }
  throw new UserError(USAGE);
});

function readArguments(args: string[]): { positionals: string[]; values: { commits: string; typed: string } } {
  const options = { commits: { type: "string", default: "" }, typed: { type: "string", default: "" } } as const;
  return parseLine({ args, allowPositionals: true, options }, USAGE);
}

async function allowOptions(
  environment: string,
  { commits, typed }: { commits: string; typed: string },
): Promise<string> {
  const names = environments.map(({ name }) => name);
  const messages = commits === "" ? "" : await messagesOf(commits);
  const allowed = allowedAddresses({ environment, environments: names, messages, typed });
  return allowed.map((address) => `--allow ${address}`).join(" ");
}

function pullRequest(word: string): number {
  if (!/^[1-9]\d*$/.test(word)) {
    throw new UserError(`"${word}" is not the number of a pull request.\n\n${USAGE}`);
  }
  return Number(word);
}

async function messagesOf(commits: string): Promise<string> {
  if (!COMMITS.test(commits)) {
    throw new UserError(`"${commits}" is not a range of commits: write BASE..HEAD`);
  }
  const { code, stdout, stderr } = await runProgram("git", ["log", "--format=%B", commits, "--"], { cwd: PROJECT });
  if (code !== 0) {
    throw new UserError(
      `The commits ${commits} cannot be read, so neither can what they allow: ${stderr}\nStart the workflow by hand, and name there what is allowed.`,
    );
  }
  return stdout;
}

function report(environment: string): PlanReport {
  requireEnvironment([environment], USAGE);
  const { GITHUB_SERVER_URL: server = "", GITHUB_REPOSITORY: repository = "", GITHUB_RUN_ID: run = "" } = process.env;
  const folder = stackFolder(outputFolder(), stackName(environment));
  return planReport(environment, folder, `${server}/${repository}/actions/runs/${run}`);
}
