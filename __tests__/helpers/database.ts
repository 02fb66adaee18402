import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type ClientConfig } from "pg";
import { dev } from "../fixtures/environments";
import { ensureDatabase } from "../../tools/shared/postgres/database";
import { SUPERUSER } from "../../tools/shared/postgres/data";
import { startPostgres, type PostgresServer, type ServerOptions } from "../../tools/shared/postgres/server";
import { PATIENCE_MS } from "../patience.cjs";
import { present } from "./present";

type TestServerOptions = Omit<ServerOptions, "folder" | "patienceSeconds">;

/** A suite's own server. */
export interface TestServer {
  /** Creates an empty database with an owner like Aurora's master user. @returns how the owner connects */
  database(name: string): Promise<ClientConfig>;
  /** Connects; the session ends with the test server. */
  connect(config: ClientConfig): Promise<Client>;
  /** Makes it refuse new sessions, and stop when the open ones end. */
  refuseSessions(): Promise<void>;
  /** Stops it, and leaves its data. */
  stop(): void;
  /** Starts it again on its data. */
  start(): void;
}

/**
 * Starts a PostgreSQL before the tests of a suite, and stops it after them. Call it at the top of a suite.
 *
 * @param options - all except the folder, which is temporary; or a function that returns them before the first test
 */
export function testServer(options: TestServerOptions | (() => Promise<TestServerOptions>) = {}): TestServer {
  const folder = mkdtempSync(join(tmpdir(), "aleenascuisine-database-"));
  const sessions: Client[] = [];
  const state: { options: TestServerOptions; server?: PostgresServer } = { options: {} };
  const start = (): void => {
    state.server = startPostgres({ ...state.options, folder, patienceSeconds: PATIENCE_MS / 1000 });
  };
  beforeAll(async () => {
    state.options = typeof options === "function" ? await options() : options;
    start();
  });
  afterAll(async () => {
    await Promise.all(sessions.map((session) => session.end()));
    state.server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    database: (name) => ensureDatabase(present(state.server), { database: name, owner: dev.database.masterUsername }),
    connect: async (config) => {
      const client = new Client(config);
      client.on("error", () => undefined);
      sessions.push(client);
      await client.connect();
      return client;
    },
    refuseSessions: async () => {
      const { host, port } = state.server ?? {};
      const client = new Client({ host, port, user: SUPERUSER, database: "postgres" });
      await client.connect();
      const { rows } = await client.query<{ file: string }>("SELECT pg_read_file('postmaster.pid') AS file");
      await client.end();
      // @see https://www.postgresql.org/docs/17/server-shutdown.html: "smart"
      process.kill(Number(rows[0]?.file.split("\n")[0]), "SIGTERM");
    },
    stop: () => {
      state.server?.stop();
    },
    start,
  };
}
