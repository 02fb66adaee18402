import type { EnvironmentConfig } from "../../../src/config/environment";
import { UserError } from "../../../src/shared/user-error";
import { COMMANDS, type CommandRequest } from "../../../src/database/command";
import { DATABASE_VARIABLES } from "../../../src/shared/variables";
import { ENVIRONMENT_NAMES, environmentOf, parseLine } from "../../shared/terminal/arguments";

/** How `npm run db` is used. */
export const USAGE = `usage: npm run db -- COMMAND [--env ENVIRONMENT [--via data-api]]

  migrate           apply what is pending
  rollback [NAME]   take the last migration back; NAME says which that is, and is needed but for the local database
  status            what is applied and pending, and what is wrong
  seed              add the sample data, once
  baseline          take over a database that Alembic migrated
  shell             SQL, typed or piped: npm run db -- shell < mend.sql

  --env ENVIRONMENT  ${ENVIRONMENT_NAMES}: through the function aleenascuisine-ENVIRONMENT-migrate
  --via data-api     for seed and shell: through the RDS Data API

Without --env the database is this checkout's own PostgreSQL, which is started for the command; or, where
DB_SECRET_ARN, DB_HOST and DB_NAME are set, the one that they name.`;

/** What `npm run db` does: {@link COMMANDS}, and a shell. */
type Word = CommandRequest["command"] | "shell";

/** Where the database is, and how it is reached. */
export type Place =
  | { readonly kind: "local" | "direct" }
  | { readonly kind: "function" | "data-api"; readonly config: EnvironmentConfig };

/** What is to be done, and where. */
export interface CommandLine {
  readonly command: Word;
  /** Migration that is rolled back. @default - the last one */
  readonly migration?: string;
  readonly place: Place;
}

const WORDS: readonly Word[] = [...COMMANDS, "shell"];

/** What the Data API is for: SQL, one statement at a time. The rest needs a session. */
const DATA_API_WORDS: readonly Word[] = ["seed", "shell"];

/**
 * Reads what a command line asks for.
 *
 * @param env - environment variables
 * @throws UserError that lists everything that is wrong with it, and shows the usage
 */
export function readCommandLine(args: string[], env: NodeJS.ProcessEnv): CommandLine {
  const { positionals, values } = parseLine(
    { args, allowPositionals: true, options: { env: { type: "string" }, via: { type: "string" } } },
    USAGE,
  );
  const [word = "", ...rest] = positionals;
  const problems: string[] = [];
  for (const option of ["env", "via"] as const) {
    if (env[`npm_config_${option}`] !== undefined && values[option] === undefined) {
      problems.push(`npm took --${option} for itself: write -- before the command, as in npm run db -- status.`);
    }
  }
  const command = WORDS.find((one) => one === word);
  if (command === undefined) {
    problems.push(word === "" ? "Name a command." : `There is no command "${word}".`);
  }
  const place = placeOf(values, env, (problem) => problems.push(problem));
  const [migration, ...excess] = command === "rollback" ? rest : [undefined, ...rest];
  if (excess.length > 0) {
    problems.push(`Unexpected: "${excess.join(" ")}".`);
  }
  if (command === "rollback" && migration === undefined && place?.kind !== "local") {
    problems.push("Name the migration that is to be rolled back: status shows which is the last.");
  }
  if (command === "shell" && place?.kind === "function") {
    problems.push("The migrating function has no shell: add --via data-api.");
  }
  if (command !== undefined && place?.kind === "data-api" && !DATA_API_WORDS.includes(command)) {
    problems.push(`${command} does not go through the Data API: without --via, the migrating function does it.`);
  }
  if (command === undefined || place === undefined || problems.length > 0) {
    throw new UserError(`${problems.join("\n")}\nNothing was done.\n\n${USAGE}`);
  }
  return { command, place, ...(migration !== undefined && { migration }) };
}

function placeOf(
  { env: name, via }: { env?: string; via?: string },
  env: NodeJS.ProcessEnv,
  report: (problem: string) => void,
): Place | undefined {
  if (via !== undefined && via !== "data-api") {
    report(`There is no way "${via}": write --via data-api, or leave it out.`);
  }
  if (name === undefined) {
    if (via !== undefined) {
      report("--via goes to an environment's cluster: add --env.");
    }
    return {
      kind: Object.values(DATABASE_VARIABLES).some((variable) => env[variable] !== undefined) ? "direct" : "local",
    };
  }
  const config = environmentOf([name]);
  if (typeof config === "string") {
    report(config);
    return undefined;
  }
  return { kind: via === undefined ? "function" : "data-api", config };
}
