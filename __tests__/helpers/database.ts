import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type ClientConfig } from "pg";
import { dev } from "../../src/config/environments";
import { ensureDatabase } from "../../tools/postgres/database";
import { startPostgres, type PostgresServer, type ServerOptions } from "../../tools/postgres/server";

/** A server of a suite's own. */
export interface TestServer {
  /** Makes an empty database, owned as Aurora's master user owns its own. @returns how the owner connects */
  database(name: string): Promise<ClientConfig>;
  /** Connects; the session ends with the test server. */
  connect(config: ClientConfig): Promise<Client>;
}

/**
 * Starts a PostgreSQL before the tests of a suite, and stops it after them. To be called at the top of a suite.
 *
 * @param options - beside the folder, which is a temporary one
 */
export function testServer(options: Omit<ServerOptions, "folder"> = {}): TestServer {
  const folder = mkdtempSync(join(tmpdir(), "aleenascuisine-database-"));
  const sessions: Client[] = [];
  const state: { server?: PostgresServer } = {};
  beforeAll(() => {
    state.server = startPostgres({ ...options, folder });
  });
  afterAll(async () => {
    await Promise.all(sessions.map((session) => session.end()));
    state.server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    database: (name) => {
      if (!state.server) {
        throw new Error("The server is started before the first test, not earlier");
      }
      return ensureDatabase(state.server, { database: name, owner: dev.database.masterUsername });
    },
    connect: async (config) => {
      const client = new Client(config);
      sessions.push(client);
      await client.connect();
      return client;
    },
  };
}
