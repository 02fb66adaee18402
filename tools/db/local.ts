import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { dev } from "../../src/config/environments";
import { makeSharedFolder, postgresBinaries, SHARED_FOLDER } from "../postgres/binaries";
import { ensureDatabase } from "../postgres/database";
import { NotStarted, startPostgres, type PostgresServer } from "../postgres/server";

/** Milliseconds that a server which another command starts or stops just now is waited for. */
const PATIENCE_MS = 30_000;

const PAUSE_MS = 100;

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
  /** Ends the session. The last one to leave stops the server. */
  readonly leave: () => Promise<void>;
}

/**
 * Starts this checkout's own PostgreSQL, or joins the one that another command has started, with the database and the
 * owner that dev has.
 *
 * @param applicationName - name of the session
 * @param folder - where the database lies. Default: in this checkout
 * @throws UserError when the server does not start
 */
export async function enterLocalDatabase(
  applicationName: string,
  folder: string = localFolder(),
): Promise<LocalDatabase> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const server = await startedServer(folder, deadline);
    try {
      return { ...(await used(server, applicationName)), folder };
    } catch (error) {
      // Another command may have stopped it before this one had its share of the lock.
      if (server.isRunning()) {
        throw error;
      }
    }
  }
}

async function startedServer(folder: string, deadline: number): Promise<PostgresServer> {
  for (;;) {
    try {
      return startPostgres({ folder, durable: true });
    } catch (error) {
      if (!(error instanceof NotStarted) || performance.now() > deadline) {
        throw error;
      }
    }
    await pause(PAUSE_MS);
  }
}

/** Opens the session, and one beside it whose lock says that the server is in use. */
async function used(server: PostgresServer, applicationName: string): Promise<Omit<LocalDatabase, "folder">> {
  const { databaseName: database, masterUsername: owner } = dev.database;
  const config = await ensureDatabase(server, { database, owner });
  const client = new Client({ ...config, application_name: applicationName });
  // Not in the same session, where DISCARD ALL gives a lock back.
  const use = new Client({ ...config, application_name: `${applicationName}: use of the server` });
  const both = [client, use];
  for (const session of both) {
    // A session that breaks makes the query that runs fail, which is enough.
    session.on("error", () => undefined);
  }
  try {
    await Promise.all(both.map((session) => session.connect()));
    await use.query("SELECT pg_advisory_lock_shared($1)", [USE_LOCK]);
  } catch (error) {
    await Promise.all(both.map((session) => session.end()));
    throw error;
  }
  return {
    client,
    another: async () => {
      const other = new Client(config);
      await other.connect();
      return other;
    },
    leave: async () => {
      await client.end();
      if (await isLast(use)) {
        server.stop();
      }
      await use.end();
    },
  };
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
  const root = resolve(__dirname, "..", "..");
  const { user } = postgresBinaries();
  if (user === undefined || spawnSync("test", ["-x", root], { ...user, cwd: "/" }).status === 0) {
    return join(root, ".postgres");
  }
  makeSharedFolder();
  return join(SHARED_FOLDER, `data-${createHash("sha256").update(root).digest("hex").slice(0, 12)}`);
}
