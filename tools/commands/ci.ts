import type { Command, Line } from "../shared/terminal/command";
import { ENVIRONMENT } from "../shared/terminal/environments";

/** A range of commits by id or branch, which git cannot mistake for an option. */
const COMMITS = /^[A-Za-z0-9][\w./-]*\.\.[A-Za-z0-9][\w./-]*$/;

const MODULE = "pipeline/command";

export const ci: Command = {
  name: "ci",
  invocation: "node tools/run.cjs ci",
  audience: "pipeline",
  summary: "What workflows do besides plan and apply",
  description: "What the workflows do besides planning and applying. See docs/pull-requests.md.",
  subcommands: [
    {
      name: "allowed",
      summary: "print the --allow options of a plan",
      arguments: [ENVIRONMENT],
      options: [
        {
          name: "commits",
          value: "BASE..HEAD",
          description: "commits whose messages may allow addresses",
          problem: (commits) =>
            commits === "" || COMMITS.test(commits)
              ? undefined
              : `--commits is "${commits}", which is not a range of commits: write BASE..HEAD.`,
        },
        { name: "typed", value: '"ADDRESS ..."', description: "addresses that a person allowed" },
      ],
      module: MODULE,
    },
    {
      name: "comment",
      summary: "write the review as a comment on a pull request",
      arguments: [
        ENVIRONMENT,
        { name: "NUMBER", noun: "number of the pull request", description: "number of the pull request" },
      ],
      problems: (line: Line): string[] => {
        const number = line.word("NUMBER") ?? "";
        return number === "" || /^[1-9]\d*$/.test(number) ? [] : [`"${number}" is not the number of a pull request.`];
      },
      module: MODULE,
    },
    {
      name: "drift",
      summary: "open, update or close the environment's issue",
      arguments: [ENVIRONMENT, { name: "CODE", noun: "exit code of the plan", description: "exit code of the plan" }],
      module: MODULE,
    },
  ],
};
