import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { relative } from "node:path";
import type { Client } from "pg";
import type { EnvironmentConfig } from "../../src/config/environment";
import { UserError } from "../../src/shared/user-error";
import { canceller } from "../../src/database/cancel";
import { runDatabaseCommand, type CommandRequest } from "../../src/database/command";
import { connect, connectionSettings } from "../../src/database/connection";
import { protectsData } from "../../src/shared/variables";
import { migrationsIn } from "../../src/database/migration-files";
import { requireSampleDataAllowed, SEED_FILE, seedReport } from "../../src/database/seed";
import { environmentNames } from "../../src/config/names";
import { runCli } from "../shared/terminal/cli";
import { cleaningUp, outliveReaders } from "../shared/process/interrupt";
import { checkAccount } from "../operate/preflight/account";
import { readCommandLine, type CommandLine } from "../operate/database/command-line";
import { dataApiClient, dataApiSession } from "../operate/database/data-api";
import { enterLocalDatabase } from "../develop/postgres/local-database";
import { checkMigrations } from "../operate/database/migration-check";
import { GOES_ON, invokeCommand } from "../operate/database/remote";
import { runScript } from "../operate/database/script";
import { secretArn } from "../operate/database/secret-arn";
import { pgSession } from "../operate/database/session";
import { runShell } from "../operate/database/shell";

/** Name of this command's sessions, as somebody else may be told it. */
const SESSION_NAME = `npm run db of ${userName()} on ${hostname()}`.slice(0, 63);

/** A user of a container need not have a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${String(process.getuid?.())}`;
  }
}

type OnExit = (clean: () => Promise<void>) => void;

// A reader that goes away, such as head, must not keep the server from being stopped.
outliveReaders();
runCli(async () => {
  const line = readCommandLine(process.argv.slice(2), process.env);
  return cleaningUp(
    "at once",
    (onExit) => obey(line, onExit),
    () => {
      if (line.place.kind === "function") {
        tell(GOES_ON);
      }
    },
  );
});

/** @returns the exit code */
async function obey(line: CommandLine, onExit: OnExit): Promise<number> {
  const { place } = line;
  if (line.command === "migrate") {
    await checkMigrations();
  }
  switch (place.kind) {
    case "local":
      return inSession(line, await localSession(onExit), false);
    case "direct":
      return inSession(line, await directSession(onExit), protectsData(process.env));
    case "function":
      return throughFunction(line, place.config);
    case "data-api":
      return overDataApi(line, place.config, onExit);
  }
}

/** A connection, and how another one of the same user is made. */
interface Connected {
  readonly client: Client;
  readonly another: () => Promise<Client>;
}

async function localSession(onExit: OnExit): Promise<Connected> {
  const { client, another, folder } = await enterLocalDatabase(SESSION_NAME, onExit);
  tell(`Local database ${client.database ?? ""} in ${shownPath(folder)}.`);
  return { client, another };
}

function shownPath(folder: string): string {
  const path = relative(process.cwd(), folder);
  return path.startsWith("..") ? folder : path;
}

async function directSession(onExit: OnExit): Promise<Connected> {
  const settings = connectionSettings(process.env);
  tell(`Database ${settings.database} at ${settings.host}, as DB_HOST and DB_NAME say.`);
  const another = (): Promise<Client> =>
    connect(settings, {
      applicationName: SESSION_NAME,
      onWait: (reason) => {
        tell(`Waiting for the database: ${reason}`);
      },
    });
  const client = await another();
  onExit(() => client.end());
  return { client, another };
}

async function inSession(line: CommandLine, { client, another }: Connected, protectData: boolean): Promise<number> {
  if (line.command === "shell") {
    client.on("notice", ({ severity = "NOTICE", message = "" }) => {
      tell(`${severity}: ${message}`);
    });
    const session = pgSession(client, await canceller(client, another));
    return runShell({ input: process.stdin, output: process.stdout, session, database: client.database ?? "" });
  }
  return print(await runDatabaseCommand(client, requestOf(line, line.command), { protectData }));
}

async function throughFunction(line: CommandLine, config: EnvironmentConfig): Promise<number> {
  if (line.command === "shell") {
    throw new Error("readCommandLine lets no shell through the function");
  }
  await requireAccount(config);
  tell(`Asking ${environmentNames(config.name).migrateFunction}. A paused database takes up to two minutes to wake.`);
  // What is not deployed yet would be told as "nothing to migrate".
  const files = migrationsIn().map(({ name }) => name);
  return print(await invokeCommand(config, { ...requestOf(line, line.command), files }, process.env));
}

async function overDataApi({ command }: CommandLine, config: EnvironmentConfig, onExit: OnExit): Promise<number> {
  if (command === "seed") {
    requireSampleDataAllowed(config.protectData);
  }
  await requireAccount(config);
  const { account, database } = config;
  const names = environmentNames(config.name);
  tell(`Database ${database.databaseName} of ${names.cluster}, over the RDS Data API.`);
  const session = dataApiSession({
    client: dataApiClient(account.region, process.env),
    clusterArn: `arn:aws:rds:${account.region}:${account.id}:cluster:${names.cluster}`,
    secretArn: await secretArn(names.databaseSecret, account.region, process.env),
    database: database.databaseName,
    onWait: (reason) => {
      tell(`Waiting for the database: ${reason}`);
    },
    env: process.env,
  });
  // A transaction that is left open keeps its locks for three minutes.
  onExit(async () => {
    if (session.transaction !== "none") {
      await session.rollback();
    }
  });
  if (command === "shell") {
    return runShell({ input: process.stdin, output: process.stdout, session, database: database.databaseName });
  }
  let added = 0;
  await runScript(session, readFileSync(SEED_FILE, "utf8"), ({ number, count, result }) => {
    added += result.changed ?? 0;
    tell(`${String(number)} of ${String(count)} statements done.`);
  });
  return print([seedReport(added)]);
}

function requestOf({ migration }: CommandLine, command: CommandRequest["command"]): CommandRequest {
  return { command, ...(migration !== undefined && { migration }) };
}

/** @throws UserError when the caller is nobody, or somebody of another account */
async function requireAccount({ account }: EnvironmentConfig): Promise<void> {
  const { outcome, detail, remedy = "" } = await checkAccount(account, process.env);
  if (outcome === "failed") {
    throw new UserError(`Nothing was done: ${detail}\n${remedy}`);
  }
}

/** Says what is going on, apart from results, which may be piped. */
function tell(line: string): void {
  console.error(line);
}

function print(lines: readonly string[]): number {
  for (const line of lines) {
    console.log(line);
  }
  return 0;
}
