import { ACCOUNT } from "../../src/config/account";
import type { EnvironmentConfig } from "../../src/config/environment";
import { environments } from "../../src/config/environments";
import { UserError } from "../../src/shared/user-error";
import { assertValid } from "../../src/config/validate";
import { buildFunctions } from "../build/build-functions.cjs";
import { ENVIRONMENT_NAMES, parseLine, requireEnvironment } from "../shared/terminal/arguments";
import { AwsSession } from "../shared/aws/session";
import { runCli } from "../shared/terminal/cli";
import { PROJECT } from "../shared/terraform/synthesize";
import { compare, type PolicyProblem } from "../operate/roles/compare";
import { deployPolicy } from "../operate/roles/deploy-policy";
import { executionPolicy } from "../operate/roles/execution-role";
import { createPolicyInputs } from "../operate/roles/project-arns";
import { planPolicy } from "../operate/roles/plan-policy";
import { rolePolicies } from "../operate/roles/role-policies";
import { deployTrust, planTrust } from "../operate/roles/trust-policy";

/** Exit code of a comparison that found something. */
const FOUND = 2;

/** What writes a role's policies, by their name on the command line. Some take a word more. */
const POLICIES: Readonly<Record<string, (word: string | undefined) => string>> = {
  execution: (environment) => executionPolicy(environmentNamed(environment)),
  plan: (word) => withoutWord(word, () => createPolicyInputs(planPolicy(ACCOUNT, environments))),
  deploy: (word) => withoutWord(word, () => createPolicyInputs(deployPolicy(ACCOUNT, environments))),
  "plan-trust": (repository = "") => planTrust(ACCOUNT, repository),
  "deploy-trust": (repository = "") =>
    deployTrust(
      ACCOUNT,
      repository,
      environments.map(({ name }) => name),
    ),
};

const USAGE = `usage: npm run --silent role -- execution ENVIRONMENT [--check]
       npm run --silent role -- plan | deploy
       npm run --silent role -- plan-trust | deploy-trust OWNER/REPOSITORY

Prints the policies that a role needs, as JSON and nothing else: of the role that the functions run as; of the roles
that pipelines plan and deploy as, each policy as aws iam create-policy takes it; and whom these two trust.

  ENVIRONMENT  ${ENVIRONMENT_NAMES}
  --check      compares it with the identity policies of the role as they are, and lists what is missing and what is
               allowed by a wildcard that nothing needs. Permissions boundaries and service control policies are not
               looked at. Exit code: 0 all is well, 1 error, 2 something to mend`;

runCli(async () => {
  const { policy, environment, check } = readArguments(process.argv.slice(2));
  await buildFunctions(PROJECT); // A configuration without its packages is not valid.
  assertValid(environments);
  if (check) {
    return checkExecutionRole(environmentNamed(environment));
  }
  console.log(JSON.stringify(JSON.parse(policy(environment)), null, 2));
  return 0;
});

function readArguments(args: string[]): {
  policy: (word: string | undefined) => string;
  environment: string | undefined;
  check: boolean;
} {
  const { positionals, values } = parseLine(
    { args, allowPositionals: true, options: { check: { type: "boolean", default: false } } },
    USAGE,
  );
  const [role = "", environment, ...rest] = positionals;
  const policy = POLICIES[role];
  if (!policy) {
    throw new UserError(`"${role}" is none of the roles ${Object.keys(POLICIES).join(", ")}.\n\n${USAGE}`);
  }
  if (rest.length > 0) {
    throw new UserError(`Unexpected argument "${rest.join(" ")}".\n\n${USAGE}`);
  }
  if (values.check && role !== "execution") {
    throw new UserError(`Only the execution role can be compared with what it is.\n\n${USAGE}`);
  }
  return { policy, environment, check: values.check };
}

function withoutWord(word: string | undefined, print: () => string): string {
  if (word !== undefined) {
    throw new UserError(`Unexpected argument "${word}".\n\n${USAGE}`);
  }
  return print();
}

function environmentNamed(name = ""): EnvironmentConfig {
  return requireEnvironment([name], USAGE);
}

/** Environments that have the role in common do not make each other's permissions too broad. */
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
