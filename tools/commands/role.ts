import type { Argument, Command } from "../shared/terminal/command";
import { ENVIRONMENT, EXAMPLE } from "../shared/terminal/environments";

const REPOSITORY: Argument = {
  name: "OWNER/REPOSITORY",
  noun: "repository",
  description: "the GitHub repository whose workflows assume the role",
};

const MODULE = "operate/roles/command";

export const role: Command = {
  name: "role",
  invocation: "npm run --silent role",
  audience: "operate",
  summary: "Print the policies of a role as JSON, or compare them",
  description: `\
Prints the policies that a role needs, as JSON: for the role that the functions run as, and for the roles that
pipelines plan and deploy as, each policy as input of aws iam create-policy; and who may assume the latter two.`,
  examples: [
    { line: `npm run --silent role -- execution ${EXAMPLE}`, description: "Print the policy of the functions' role" },
    { line: `npm run --silent role -- execution ${EXAMPLE} --check`, description: "Compare it with the role in AWS" },
    { line: "npm run --silent role -- plan", description: "Print the policies of the planning role" },
    { line: "npm run --silent role -- deploy-trust OWNER/REPOSITORY", description: "Print who may assume it" },
  ],
  subcommands: [
    {
      name: "execution",
      summary: "the role that the functions run as",
      arguments: [ENVIRONMENT],
      options: [{ name: "check", description: "compare the policy with the role in AWS" }],
      notes: `\
--check lists permissions that are missing, and permissions that a wildcard allows but nothing needs. It reads the
role's identity policies. It does not read permissions boundaries and service control policies.

Exit codes: 0 nothing to fix, 1 error, 2 something to fix.`,
      module: MODULE,
    },
    { name: "plan", summary: "the role that pipelines plan as", module: MODULE },
    { name: "deploy", summary: "the role that pipelines apply as", module: MODULE },
    { name: "plan-trust", summary: "who may assume the planning role", arguments: [REPOSITORY], module: MODULE },
    { name: "deploy-trust", summary: "who may assume the deploying role", arguments: [REPOSITORY], module: MODULE },
  ],
};
