import { ACCOUNT } from "../../../src/config/account";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { environments } from "../../../src/config/environments";
import { assertValid } from "../../../src/config/validate";
import { buildFunctions } from "../../build/build-functions.cjs";
import { AwsSession } from "../../shared/aws/session";
import type { Line, Run } from "../../shared/terminal/command";
import { environmentNamed } from "../../shared/terminal/environments";
import { PROJECT } from "../../shared/terraform/synthesize";
import { compare, type PolicyProblem } from "./compare";
import { deployPolicy } from "./deploy-policy";
import { executionPolicy } from "./execution-role";
import { planPolicy } from "./plan-policy";
import { createPolicyInputs } from "./project-arns";
import { rolePolicies } from "./role-policies";
import { deployTrust, planTrust } from "./trust-policy";

/** Exit code of a comparison that found something. */
const FOUND = 2;

/** Renders the policy of each subcommand. */
const POLICIES: Readonly<Record<string, (line: Line) => string>> = {
  execution: (line) => executionPolicy(environmentNamed(line.word("ENVIRONMENT"))),
  plan: () => createPolicyInputs(planPolicy(ACCOUNT, environments)),
  deploy: () => createPolicyInputs(deployPolicy(ACCOUNT, environments)),
  "plan-trust": (line) => planTrust(ACCOUNT, repositoryOf(line)),
  "deploy-trust": (line) =>
    deployTrust(
      ACCOUNT,
      repositoryOf(line),
      environments.map(({ name }) => name),
    ),
};

/** Runs `npm run role`. */
export const run: Run = async (line) => {
  await buildFunctions(PROJECT); // A configuration without its packages is not valid.
  assertValid(environments, ACCOUNT);
  if (line.flag("check")) {
    return checkExecutionRole(environmentNamed(line.word("ENVIRONMENT")));
  }
  const policy = POLICIES[line.command.name];
  if (!policy) {
    throw new Error(`There is no policy of the role "${line.command.name}"`);
  }
  console.log(JSON.stringify(JSON.parse(policy(line)), null, 2));
  return 0;
};

function repositoryOf(line: Line): string {
  return line.word("OWNER/REPOSITORY") ?? "";
}

/** Environments may share the role, so a permission that any of them needs is not too broad. */
async function checkExecutionRole(config: EnvironmentConfig): Promise<number> {
  const { account, lambdaExecutionRoleArn: arn, name } = config;
  const sharing = environments.filter((environment) => environment.lambdaExecutionRoleArn === arn);
  const policies = await rolePolicies(arn, new AwsSession(account, process.env));
  const { missing, wildcards } = compare(executionPolicy(config), sharing.map(executionPolicy), policies);
  const users = sharing.map((environment) => environment.name).join(" and ");
  console.log(
    [
      ...list(missing, `${arn} lacks what ${name} needs:`),
      ...list(wildcards, `${arn} allows more than ${users} need:`),
      missing.length + wildcards.length === 0
        ? `${arn} has what ${name} needs, and no wildcard allows more than ${users} need.`
        : `The statements that are needed: npm run --silent role -- execution ${name}`,
    ].join("\n"),
  );
  return missing.length + wildcards.length === 0 ? 0 : FOUND;
}

function list(findings: readonly PolicyProblem[], title: string): string[] {
  if (findings.length === 0) {
    return [];
  }
  const lines = findings.flatMap(({ actions, remedy, resource, where }) => [
    `  - ${where}: ${actions.join(", ")}`,
    `    on ${resource}`,
    `    ${remedy}`,
  ]);
  return [title, ...lines, ""];
}
