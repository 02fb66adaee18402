import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import { dev } from "../../src/config/environments";
import { makeSharedFolder, postgresBinaries, SHARED_FOLDER } from "../postgres/binaries";
import { ensureDatabase } from "../postgres/database";
import { NOT_STARTED, startPostgres } from "../postgres/server";

/** Milliseconds that a server which another command starts or stops just now is waited for. */
const PATIENCE_MS = 15_000;

const PAUSE_MS = 100;

/** What such a server answers, or what is missing of it; by Node.js's and PostgreSQL's codes. */
const PASSING_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "ENOENT", "57P01", "57P03", NOT_STARTED]);

/** The database of this checkout, in use. */
export interface LocalDatabase {
  /** A session of its owner. */
  readonly client: Client;
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
 * @throws UserError when the server does not start
 */
export async function enterLocalDatabase(applicationName: string): Promise<LocalDatabase> {
  const folder = localFolder();
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await entered(folder, applicationName);
    } catch (error) {
      const { code = "" } = error as { code?: string };
      if (!PASSING_CODES.has(code) || performance.now() > deadline) {
        throw error;
      }
    }
    await pause(PAUSE_MS);
  }
}

async function entered(folder: string, applicationName: string): Promise<LocalDatabase> {
  const server = startPostgres({ folder, durable: true });
  const { databaseName: database, masterUsername: owner } = dev.database;
  const config = await ensureDatabase(server, { database, owner });
  const client = new Client({ ...config, application_name: applicationName });
  // A session that breaks makes the query that runs fail, which is enough.
  client.on("error", () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return {
    client,
    folder,
    leave: async () => {
      const pid = rows[0]?.pid ?? 0;
      await client.end();
      if (!(await othersUse(config, pid))) {
        server.stopAfterUse();
      }
    },
  };
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

/** @param own - process of a session that has ended, which the server may not have noticed yet */
async function othersUse(config: ClientConfig, own: number): Promise<boolean> {
  const client = new Client(config);
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(
      "SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid NOT IN (pg_backend_pid(), $1)",
      [own],
    );
    return rows.length > 0;
  } catch {
    return false; // Another command is stopping it.
  } finally {
    await client.end().catch(() => undefined);
  }
}
