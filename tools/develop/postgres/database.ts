import type { ClientConfig } from "pg";
import { SUPERUSER } from "./data";
import type { PostgresServer } from "./server";
import { openSession } from "./session";

/** What a database is made with. */
export interface DatabaseNames {
  /** Name of the database. */
  readonly database: string;
  /** Its owner: a user that may make roles and is no superuser, as Aurora's master user is none. */
  readonly owner: string;
}

/**
 * Makes a database and its owner on a server, where they are missing.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html
 * @returns how its owner connects
 */
export async function ensureDatabase(
  server: PostgresServer,
  { database, owner }: DatabaseNames,
): Promise<ClientConfig> {
  const { host, port } = server;
  const client = await openSession({ host, port, user: SUPERUSER, database: "postgres", ssl: false });
  try {
    const { rows: roles } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [owner]);
    if (roles.length === 0) {
      await made(client.query(`CREATE ROLE ${client.escapeIdentifier(owner)} LOGIN CREATEROLE CREATEDB`));
    }
    const { rows: databases } = await client.query("SELECT FROM pg_database WHERE datname = $1", [database]);
    if (databases.length === 0) {
      await made(
        client.query(`CREATE DATABASE ${client.escapeIdentifier(database)} OWNER ${client.escapeIdentifier(owner)}`),
      );
    }
  } finally {
    await client.end();
  }
  // Said here, because PGSSLMODE would say otherwise.
  return { host, port, user: owner, database, ssl: false };
}

/** `duplicate_object`, `duplicate_database` and `unique_violation`: another command has made it meanwhile. */
const THERE_ALREADY = new Set(["42710", "42P04", "23505"]);

async function made(making: Promise<unknown>): Promise<void> {
  try {
    await making;
  } catch (error) {
    if (!THERE_ALREADY.has((error as { code?: string }).code ?? "")) {
      throw error;
    }
  }
}
