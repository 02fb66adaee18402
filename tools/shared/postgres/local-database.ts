import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Client, ClientConfig } from "pg";
import { PROJECT } from "../../../src/config/names";
import { UserError } from "../../../src/shared/user-error";
import { SESSION_OPTIONS } from "../../../src/database/connection";
import { ask, Interrupted, makeSharedFolder, postgresBinaries, SHARED_FOLDER } from "./binaries";
import { SUPERUSER } from "./data";
import { ensureDatabase } from "./database";
import { pidFilePath } from "./pid-file";
import { NotStarted, runningPostgres, startPostgres, type PostgresServer } from "./server";
import { openSession } from "./session";

/** Milliseconds to wait for other commands: one may stop the server and the next start it, each within 60 seconds. */
const PATIENCE_MS = 120_000;

const PAUSE_MS = 100;

/** Not an environment's names: renaming a deployed database loses no local data. */
const LOCAL_NAMES = { database: PROJECT, owner: "clusteradmin" };

/** Never shown: an interrupted command ends silently. */
const INTERRUPTED = "The command was interrupted.";

/** Advisory lock that every command shares while it uses the server; any number that nothing else locks. */
const USE_LOCK = 20_261_123;

/** The database of this checkout, in use. */
export interface LocalDatabase {
  /** A session of its owner. */
  readonly client: Client;
  /** Opens another session, which the caller ends. */
  readonly another: () => Promise<Client>;
  /** Folder of its data; deleting it starts from scratch. */
  readonly folder: string;
}

/** What this command holds of the server so far. */
interface Stay {
  /** `performance.now()` until which to wait for other commands. */
  readonly deadline: number;
  folder?: string;
  /** The server, and a session whose share of {@link USE_LOCK} marks it as in use. */
  inUse?: { readonly server: PostgresServer; readonly session: Promise<Client> };
  client?: Client;
  /** True as soon as the command leaves. */
  over: boolean;
}

/**
 * Starts this checkout's own PostgreSQL, or joins the one that another command has started, with its database and
 * owner.
 *
 * @param applicationName - name of the session
 * @param onExit - registers how to leave, before anything is started: it ends the session, and the last command stops
 *   the server
 * @param where - folder of the database @default - in this checkout
 * @throws UserError if the server does not start, or does not answer
 */
export async function enterLocalDatabase(
  applicationName: string,
  onExit: (clean: () => Promise<void>) => void,
  where?: string,
): Promise<LocalDatabase> {
  const stay: Stay = { deadline: performance.now() + PATIENCE_MS, over: false };
  onExit(() => leave(stay));
  const folder = await patiently(stay, () => where ?? localFolder());
  stay.folder = folder;
  for (;;) {
    const server = await patiently(stay, () => {
      if (stay.over) {
        throw new UserError(INTERRUPTED);
      }
      return startPostgres({ folder, durable: true });
    });
    stay.inUse = { server, session: openUse(server, applicationName) };
    try {
      await stay.inUse.session;
      const config = await ownersConfig(server);
      const client = await openSession({ ...config, application_name: applicationName });
      if (stay.over) {
        await client.end();
        throw new UserError(INTERRUPTED);
      }
      stay.client = client;
      return { client, another: () => openSession(config), folder };
    } catch (error) {
      // Another command may have stopped it before this one had its share of the lock.
      if (server.isRunning()) {
        throw explained(error as NodeJS.ErrnoException, folder);
      }
    }
  }
}

/** Retries while another command starts or stops the server, and after a signal ended one of PostgreSQL's programs. */
async function patiently<T>({ deadline }: Stay, attempt: () => T): Promise<T> {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      // Ctrl-C also ends PostgreSQL's programs. During the pause, this command receives it and ends without an error.
      await pause(PAUSE_MS);
      if (!(error instanceof NotStarted || error instanceof Interrupted) || performance.now() > deadline) {
        throw error;
      }
    }
  }
}

/**
 * Opens the session that marks the server as in use. It is not the owner's, where DISCARD ALL would release the lock.
 * It is in `postgres`, because the owner's database may not exist yet.
 */
async function openUse({ host, port }: PostgresServer, applicationName: string): Promise<Client> {
  const application_name = `${applicationName}: use of the server`;
  const session = await openSession({
    host,
    port,
    user: SUPERUSER,
    database: "postgres",
    ssl: false,
    application_name,
  });
  await session.query("SELECT pg_advisory_lock_shared($1)", [USE_LOCK]);
  return session;
}

async function ownersConfig(server: PostgresServer): Promise<ClientConfig> {
  return { ...(await ensureDatabase(server, LOCAL_NAMES)), options: SESSION_OPTIONS };
}

/** Explains a server that has its file but does not answer. */
function explained(error: NodeJS.ErrnoException, folder: string): Error {
  const file = pidFilePath(join(folder, "data"));
  return ["ECONNREFUSED", "ENOENT"].includes(error.code ?? "")
    ? new UserError(
        `PostgreSQL does not answer (${error.message}), but according to ${file} it is running. Check the process whose ` +
          "id is in the file's first line: end it if it is PostgreSQL, otherwise remove the file. Then run this again.",
      )
    : error;
}

/** Ends the sessions, and stops the server unless others use it, even one that is still starting. */
async function leave(stay: Stay): Promise<void> {
  stay.over = true;
  await stay.client?.end();
  const { server, session } = stay.inUse ?? (await leftBehind(stay)) ?? {};
  // If another command stops the server, the session ends.
  const use = await session?.catch(() => undefined);
  if (use !== undefined && (await isLast(use))) {
    server?.stop();
  }
  await use?.end();
}

/** Finds a server that was still starting: a signal to the terminal ends the program that starts it, not the server. */
async function leftBehind(stay: Stay): Promise<Stay["inUse"]> {
  const { folder } = stay;
  if (folder === undefined) {
    return undefined;
  }
  try {
    const server = await patiently(stay, () => runningPostgres(folder));
    return server && { server, session: openUse(server, "interrupted") };
  } catch (error) {
    if (error instanceof NotStarted) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Releases the share of the lock, and takes the whole lock if nobody else has a share. Of several commands that leave
 * at once, exactly one gets it. A command that enters meanwhile waits for the lock, loses its session with the server,
 * and starts the server again.
 */
async function isLast(use: Client): Promise<boolean> {
  try {
    await use.query("SELECT pg_advisory_unlock_shared($1)", [USE_LOCK]);
    const { rows } = await use.query<{ last: boolean }>("SELECT pg_try_advisory_lock($1) AS last", [USE_LOCK]);
    return rows[0]?.last === true;
  } catch {
    return false; // The server was stopped by hand.
  }
}

/** In the checkout, unless the user of root's server cannot enter it. */
function localFolder(): string {
  const root = resolve(__dirname, "..", "..", "..");
  const { user } = postgresBinaries();
  if (user === undefined || ask("test", ["-x", root], user).status === 0) {
    return join(root, ".postgres");
  }
  makeSharedFolder();
  return join(SHARED_FOLDER, `data-${createHash("sha256").update(root).digest("hex").slice(0, 12)}`);
}
