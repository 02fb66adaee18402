import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { relative } from "node:path";
import type { Client } from "pg";
import { environmentNames } from "../../../src/config/names";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { canceller } from "../../../src/database/cancel";
import { COMMANDS, runDatabaseCommand, type CommandRequest } from "../../../src/database/command";
import { connect, connectionSettings } from "../../../src/database/connection";
import { regionalArn } from "../../../src/shared/arn";
import { protectsData } from "../../../src/shared/variables";
import { migrationsIn } from "../../../src/database/migration-files";
import { requireSampleDataAllowed, SEED_FILE, seedReport } from "../../../src/database/seed";
import { UserError } from "../../../src/shared/user-error";
import { enterLocalDatabase } from "../../shared/postgres/local-database";
import { cleaningUp, outliveReaders } from "../../shared/process/interrupt";
import type { Line, Run } from "../../shared/terminal/command";
import { environmentNamed } from "../../shared/terminal/environments";
import { checkAccount } from "../../shared/aws/account";
import { AwsSession } from "../../shared/aws/session";
import { dataApiClient, dataApiSession } from "./data-api";
import { checkMigrations } from "./migration-check";
import { invokeCommand, MAY_STILL_RUN } from "./remote";
import { placeOf } from "./place";
import { runScript } from "./script";
import { secretArn } from "./secret-arn";
import { pgSession } from "./session";
import { runShell } from "./shell";

/** Name of this command's sessions; shown to others who wait for the database. */
const SESSION_NAME = `npm run db of ${userName()} on ${hostname()}`.slice(0, 63);

/** A user in a container may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${String(process.getuid?.())}`;
  }
}

type OnExit = (clean: () => Promise<void>) => void;

/** Runs `npm run db`. */
export const run: Run = (line) => {
  // Even if the reader exits early, such as head, the server must be stopped.
  outliveReaders();
  return cleaningUp(
    "at once",
    (onExit) => runAtPlace(line, onExit),
    () => {
      if (placeOf(line, process.env) === "function") {
        note(MAY_STILL_RUN);
      }
    },
  );
};

/** @returns the exit code */
async function runAtPlace(line: Line, onExit: OnExit): Promise<number> {
  const place = placeOf(line, process.env);
  if (line.command.name === "migrate") {
    await checkMigrations();
  }
  switch (place) {
    case "local":
      return inSession(line, await localSession(onExit), false);
    case "direct":
      return inSession(line, await directSession(onExit), protectsData(process.env));
    case "function":
      return throughFunction(line, environmentNamed(line.value("env")));
    case "data-api":
      return overDataApi(line, environmentNamed(line.value("env")), onExit);
  }
}

/** A connection, and how to open another one as the same user. */
interface Connected {
  readonly client: Client;
  readonly another: () => Promise<Client>;
}

async function localSession(onExit: OnExit): Promise<Connected> {
  const { client, another, folder } = await enterLocalDatabase(SESSION_NAME, onExit);
  note(`Local database ${client.database ?? ""} in ${shownPath(folder)}.`);
  return { client, another };
}

function shownPath(folder: string): string {
  const path = relative(process.cwd(), folder);
  return path.startsWith("..") ? folder : path;
}

async function directSession(onExit: OnExit): Promise<Connected> {
  const settings = connectionSettings(process.env);
  note(`Database ${settings.database} at ${settings.host}, from DB_NAME and DB_HOST.`);
  const another = (): Promise<Client> =>
    connect(settings, {
      applicationName: SESSION_NAME,
      onWait: (reason) => {
        note(`Waiting for the database: ${reason}`);
      },
    });
  const client = await another();
  onExit(() => client.end());
  return { client, another };
}

async function inSession(line: Line, { client, another }: Connected, protectData: boolean): Promise<number> {
  if (isShell(line)) {
    client.on("notice", ({ severity = "NOTICE", message = "" }) => {
      note(`${severity}: ${message}`);
    });
    const session = pgSession(client, await canceller(client, another));
    return runShell({ input: process.stdin, output: process.stdout, session, database: client.database ?? "" });
  }
  return print(await runDatabaseCommand(client, requestOf(line), { protectData }));
}

async function throughFunction(line: Line, config: EnvironmentConfig): Promise<number> {
  await requireAccount(config);
  note(`Calling ${environmentNames(config.name).migrateFunction}. A paused database takes up to two minutes to wake.`);
  // A migration that is not deployed yet would be reported as "nothing to migrate".
  const files = migrationsIn().map(({ name }) => name);
  return print(await invokeCommand(config, { ...requestOf(line), files }, process.env));
}

async function overDataApi(line: Line, config: EnvironmentConfig, onExit: OnExit): Promise<number> {
  if (!isShell(line)) {
    requireSampleDataAllowed(config.protectData);
  }
  await requireAccount(config);
  const { account, database } = config;
  const names = environmentNames(config.name);
  note(`Database ${database.databaseName} of ${names.cluster}, over the RDS Data API.`);
  const session = dataApiSession({
    client: dataApiClient(account.region, process.env),
    clusterArn: regionalArn(account, "rds", `cluster:${names.cluster}`),
    secretArn: await secretArn(names.databaseSecret, account.region, process.env),
    database: database.databaseName,
    onWait: (reason) => {
      note(`Waiting for the database: ${reason}`);
    },
    env: process.env,
  });
  // A transaction left open holds its locks for three minutes.
  onExit(async () => {
    if (session.transaction !== "none") {
      await session.rollback();
    }
  });
  if (isShell(line)) {
    return runShell({ input: process.stdin, output: process.stdout, session, database: database.databaseName });
  }
  let added = 0;
  await runScript(session, readFileSync(SEED_FILE, "utf8"), ({ number, count, result }) => {
    added += result.changed ?? 0;
    note(`${String(number)} of ${String(count)} statements done.`);
  });
  return print([seedReport(added)]);
}

function isShell({ command }: Line): boolean {
  return command.name === "shell";
}

function requestOf(line: Line): CommandRequest {
  const command = COMMANDS.find((one) => one === line.command.name);
  if (command === undefined) {
    throw new Error(`src/database/command.ts has no command "${line.command.name}"`);
  }
  const migration = line.word("NAME");
  return { command, ...(migration !== undefined && { migration }) };
}

/** @throws UserError when there are no credentials, or those of another account */
async function requireAccount({ account }: EnvironmentConfig): Promise<void> {
  const { outcome, detail, remedy = "" } = await checkAccount(new AwsSession(account, process.env));
  if (outcome === "failed") {
    throw new UserError(`Nothing was done: ${detail}\n${remedy}`);
  }
}

/** Prints to standard error: standard output is for results, which may be piped. */
function note(line: string): void {
  console.error(line);
}

function print(lines: readonly string[]): number {
  for (const line of lines) {
    console.log(line);
  }
  return 0;
}
