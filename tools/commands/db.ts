import { placeOf } from "../operate/database/place";
import type { Command, Line } from "../shared/terminal/command";
import { ENVIRONMENT_NAMES, EXAMPLE } from "../shared/terminal/environments";

const MODULE = "operate/database/command";

function viaWithoutEnvironment(line: Line): string[] {
  return line.value("via") !== undefined && line.value("env") === undefined
    ? ["--via reaches an environment's cluster: add --env."]
    : [];
}

/** The Data API runs SQL, one statement at a time. The rest needs a session. */
function notOverDataApi(line: Line, env: NodeJS.ProcessEnv): string[] {
  return placeOf(line, env) === "data-api"
    ? [`${line.command.name} does not work over the Data API. Leave out --via to use the migrating function.`]
    : viaWithoutEnvironment(line);
}

export const db: Command = {
  name: "db",
  audience: "operate",
  summary: "Migrate, query, or seed a database",
  description: `\
Works on this checkout's own PostgreSQL, which is started for the command; with --env, on an environment's database;
or, if DB_SECRET_ARN, DB_HOST and DB_NAME are set, on that database. See docs/database.md.`,
  options: [
    {
      name: "env",
      value: "ENVIRONMENT",
      values: ENVIRONMENT_NAMES,
      description: "an environment's database, through the function aleenascuisine-ENVIRONMENT-migrate",
    },
    {
      name: "via",
      value: "WAY",
      values: ["data-api"],
      description: "for seed and shell: through the RDS Data API",
    },
  ],
  examples: [
    { line: "npm run db -- migrate", description: "Apply pending migrations on this machine" },
    { line: `npm run db -- status --env ${EXAMPLE}`, description: "Show what is applied in an environment" },
    { line: "npm run db -- shell < fix.sql", description: "Run SQL from a file" },
    { line: `npm run db -- shell --env ${EXAMPLE} --via data-api`, description: "Type SQL in an environment" },
  ],
  subcommands: [
    { name: "migrate", summary: "apply pending migrations", problems: notOverDataApi, module: MODULE },
    {
      name: "rollback",
      summary: "roll the last migration back",
      arguments: [
        {
          name: "NAME",
          noun: "migration",
          description: "name of the last migration; optional for the local database",
          optional: true,
        },
      ],
      problems: (line, env) => [
        ...(line.word("NAME") === undefined && placeOf(line, env) !== "local"
          ? ["Name the migration to roll back: status shows the last one."]
          : []),
        ...notOverDataApi(line, env),
      ],
      module: MODULE,
    },
    {
      name: "status",
      summary: "show what is applied, what is pending, and what is wrong",
      problems: notOverDataApi,
      module: MODULE,
    },
    { name: "seed", summary: "add the sample data, once", problems: viaWithoutEnvironment, module: MODULE },
    {
      name: "baseline",
      summary: "take over a database that Alembic migrated",
      problems: notOverDataApi,
      module: MODULE,
    },
    {
      name: "shell",
      summary: "run SQL, typed or piped",
      problems: (line, env) =>
        placeOf(line, env) === "function"
          ? ["The migrating function has no shell: add --via data-api."]
          : viaWithoutEnvironment(line),
      module: MODULE,
    },
  ],
};
