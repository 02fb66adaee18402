import { environments } from "../../src/config/environments";
import { stackName } from "../../src/config/names";
import { UserError } from "../../src/shared/user-error";
import { runProgram } from "../shared/process/program";
import type { Run } from "../shared/terminal/command";
import { environmentNamed } from "../shared/terminal/environments";
import { outputFolder, PROJECT, stackFolder } from "../shared/terraform/synthesize";
import { allowedAddresses } from "./allowed-addresses";
import { GitHub } from "./github";
import { commentOn, planReport, reportDrift, type PlanReport } from "./plan-report";

/** Runs `ci` for a workflow. */
export const run: Run = async (line, { env, print }) => {
  const { name } = environmentNamed(line.word("ENVIRONMENT"));
  switch (line.command.name) {
    case "allowed":
      print(await allowOptions(name, line.value("commits") ?? "", line.value("typed") ?? ""));
      return 0;
    case "comment":
      await commentOn(new GitHub(env), Number(line.word("NUMBER")), report(name, env));
      return 0;
    case "drift":
      print(await reportDrift(new GitHub(env), line.word("CODE") === "0", report(name, env)));
      return 0;
    default:
      throw new Error(`There is no ci command "${line.command.name}"`);
  }
};

async function allowOptions(environment: string, commits: string, typed: string): Promise<string> {
  const names = environments.map(({ name }) => name);
  const messages = commits === "" ? "" : await messagesOf(commits);
  const allowed = allowedAddresses({ environment, environments: names, messages, typed });
  return allowed.map((address) => `--allow ${address}`).join(" ");
}

async function messagesOf(commits: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram("git", ["log", "--format=%B", commits, "--"], { cwd: PROJECT });
  if (code !== 0) {
    throw new UserError(
      `The commits ${commits} cannot be read, so neither can what they allow: ${stderr}\nStart the workflow by hand, and enter the allowed addresses there.`,
    );
  }
  return stdout;
}

function report(environment: string, env: NodeJS.ProcessEnv): PlanReport {
  const { GITHUB_SERVER_URL: server = "", GITHUB_REPOSITORY: repository = "", GITHUB_RUN_ID: run = "" } = env;
  const folder = stackFolder(outputFolder(), stackName(environment));
  return planReport(environment, folder, `${server}/${repository}/actions/runs/${run}`);
}
