import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client, ClientConfig } from "pg";
import { progress } from "../../src/database/progress";
import { MIGRATIONS_FOLDER } from "../../src/database/migration-files";
import { testServer, type TestServer } from "../helpers/database";
import { temporaryFolder } from "../helpers/temporary-folder";

/** The project's first migration. */
export const FIRST = "202511020001_initial_schema";

/** What one test migrates. */
interface Prepared {
  readonly client: Client;
  readonly config: ClientConfig;
  readonly folder: string;
  readonly write: (name: string, sql: Sql) => void;
}

/** A server, and databases with folders of migrations. Call it at the top of a suite. */
export interface MigrationStage {
  readonly server: TestServer;
  /** A database of a test's own, and a folder with migrations next to the project's first one. */
  readonly prepared: (files?: Readonly<Record<string, Sql>>) => Promise<Prepared>;
}

/** @param name - part of the suite's folder name */
export function migrationStage(name: string): MigrationStage {
  const server = testServer();
  const folders = temporaryFolder(name);
  const count = { databases: 0 };
  const prepared = async (files: Readonly<Record<string, Sql>> = {}): Promise<Prepared> => {
    count.databases += 1;
    const database = `migrate_${String(count.databases)}`;
    const folder = join(folders, database);
    mkdirSync(folder);
    for (const file of [`${FIRST}.up.sql`, `${FIRST}.down.sql`]) {
      copyFileSync(join(MIGRATIONS_FOLDER, file), join(folder, file));
    }
    const write = (migration: string, sql: Sql): void => {
      writeMigration(folder, migration, sql);
    };
    for (const [migration, sql] of Object.entries(files)) {
      write(migration, sql);
    }
    const config = await server.database(database);
    return { config, folder, write, client: await server.connect(config) };
  };
  return { server, prepared };
}

/** Names of everything in the database, except PostgreSQL's own and the ledger. */
export async function objects(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    SELECT c.relkind::text || ' ' || c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
    UNION ALL SELECT 'grant ' || acl::text FROM pg_namespace, unnest(nspacl) AS acl WHERE nspname = 'public'
      AND acl::text LIKE 'aleenascuisine_app%'
    ORDER BY 1`);
  return rows.map(({ name }) => name);
}

/** Names of the migrations in the ledger. */
export const appliedNames = async (client: Client, folder: string): Promise<string[]> =>
  (await progress(client, folder)).applied.map(({ name }) => name);

/** SQL of a migration's files. */
export interface Sql {
  readonly up: string;
  readonly down?: string;
}

/** A migration. @param down - SQL of the rollback @default - none */
export const up = (sql: string, down?: string): Sql => ({
  up: `${sql}\n`,
  ...(down !== undefined && { down: `${down}\n` }),
});

/** Writes the files of a migration. */
export function writeMigration(folder: string, name: string, { up: forward, down }: Sql): void {
  writeFileSync(join(folder, `${name}.up.sql`), forward);
  if (down !== undefined) {
    writeFileSync(join(folder, `${name}.down.sql`), down);
  }
}
