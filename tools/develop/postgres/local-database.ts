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

/** Apart from every environment's: renaming a deployed database loses no local data. */
const LOCAL_NAMES = { database: PROJECT, owner: "clusteradmin" };

/** Nobody reads it: an interrupted command ends without a word. */
const INTERRUPTED = "The command was interrupted.";

/** Advisory lock that every command shares while it uses the server; any number that nothing else locks. */
const USE_LOCK = 20_261_123;

/** The database of this checkout, in use. */
export interface LocalDatabase {
  /** A session of its owner. */
  readonly client: Client;
  /** Opens another one, for whoever asked to end. */
  readonly another: () => Promise<Client>;
  /** Folder that it lies in; deleting it begins anew. */
  readonly folder: string;
}

/** What this command has of the server so far. */
interface Stay {
  /** `performance.now()` until which other commands are waited for. */
  readonly deadline: number;
  folder?: string;
  /** The server, and a session that says by its share of {@link USE_LOCK} that it is in use. */
  inUse?: { readonly server: PostgresServer; readonly session: Promise<Client> };
  client?: Client;
  /** True from the moment in which the command leaves. */
  over: boolean;
}

/**
 * Starts this checkout's own PostgreSQL, or joins the one that another command has started, with its database and
 * owner.
 *
 * @param applicationName - name of the session
 * @param onExit - registers what leaves again, before anything is started: it ends the session, and the last one to leave
 *   stops the server
 * @param where - folder that the database lies in. Default: in this checkout
 * @throws UserError when the server does not start, or does not answer
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
        throw told(error as NodeJS.ErrnoException, folder);
      }
    }
  }
}

/** Tries again as long as another command starts or stops the server, and where a signal ended a program that was asked. */
async function patiently<T>({ deadline }: Stay, attempt: () => T): Promise<T> {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      // Ctrl-C ends PostgreSQL's programs as well. During the pause this command hears of it, and ends without an error.
      await pause(PAUSE_MS);
      if (!(error instanceof NotStarted || error instanceof Interrupted) || performance.now() > deadline) {
        throw error;
      }
    }
  }
}

/**
 * Opens the session that says that the server is in use. It is not the owner's: there, DISCARD ALL would give the lock
 * back. It is in `postgres`, since the owner's database may have to be made first.
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

/** Of a server that is there by its file, and not by its socket. */
function told(error: NodeJS.ErrnoException, folder: string): Error {
  const file = pidFilePath(join(folder, "data"));
  return ["ECONNREFUSED", "ENOENT"].includes(error.code ?? "")
    ? new UserError(
        `PostgreSQL does not answer (${error.message}), but ${file} says that it runs. Look at the process whose number ` +
          "is the file's first line: end it if it is PostgreSQL, or else remove that file. Then run this again.",
      )
    : error;
}

/** Ends the sessions, and stops the server unless others use it; also one that is only being started. */
async function leave(stay: Stay): Promise<void> {
  stay.over = true;
  await stay.client?.end();
  const { server, session } = stay.inUse ?? (await leftBehind(stay)) ?? {};
  // A server that another command stops ends the session.
  const use = await session?.catch(() => undefined);
  if (use !== undefined && (await isLast(use))) {
    server?.stop();
  }
  await use?.end();
}

/** A signal to a whole terminal ends what starts the server, and not the server. */
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
 * Gives back a share of the lock and takes the whole of it, if nobody else has any. Of several who leave at once, exactly
 * one gets it; who enters meanwhile waits for it, is ended with the server, and starts it anew.
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

/** In the checkout, unless root's server, which runs as another user, cannot enter it. */
function localFolder(): string {
  const root = resolve(__dirname, "..", "..", "..");
  const { user } = postgresBinaries();
  if (user === undefined || ask("test", ["-x", root], user).status === 0) {
    return join(root, ".postgres");
  }
  makeSharedFolder();
  return join(SHARED_FOLDER, `data-${createHash("sha256").update(root).digest("hex").slice(0, 12)}`);
}
