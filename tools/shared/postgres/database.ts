import type { ClientConfig } from "pg";
import { SUPERUSER } from "./data";
import type { PostgresServer } from "./server";
import { openSession } from "./session";

/** Options of a database. */
export interface DatabaseNames {
  /** Name of the database. */
  readonly database: string;
  /** Its owner: a user that may create roles and is not a superuser, like Aurora's master user. */
  readonly owner: string;
}

/**
 * Creates a database and its owner on a server, unless they exist.
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
      await ignoringExisting(client.query(`CREATE ROLE ${client.escapeIdentifier(owner)} LOGIN CREATEROLE CREATEDB`));
    }
    const { rows: databases } = await client.query("SELECT FROM pg_database WHERE datname = $1", [database]);
    if (databases.length === 0) {
      await ignoringExisting(
        client.query(`CREATE DATABASE ${client.escapeIdentifier(database)} OWNER ${client.escapeIdentifier(owner)}`),
      );
    }
  } finally {
    await client.end();
  }
  // Explicit, because PGSSLMODE could switch it on.
  return { host, port, user: owner, database, ssl: false };
}

/** `duplicate_object`, `duplicate_database` and `unique_violation`: another command created it meanwhile. */
const ALREADY_EXISTS = new Set(["42710", "42P04", "23505"]);

async function ignoringExisting(creating: Promise<unknown>): Promise<void> {
  try {
    await creating;
  } catch (error) {
    if (!ALREADY_EXISTS.has((error as { code?: string }).code ?? "")) {
      throw error;
    }
  }
}
