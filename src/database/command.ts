import { DatabaseError, type ClientBase } from "pg";
import { UserError } from "../shared/user-error";
import { baseline } from "./baseline";
import { migrate, rollback } from "./migrate";
import { seed } from "./seed";
import { notHere, status } from "./status";

/** Commands on a database. */
export const COMMANDS = ["migrate", "rollback", "status", "seed", "baseline"] as const;

/** One of {@link COMMANDS}, with its arguments. */
export interface CommandRequest {
  readonly command: (typeof COMMANDS)[number];
  /** Migration to roll back. @default - the last one */
  readonly migration?: string;
  /** Migrations that the caller has. One that is missing here has not been deployed. @default - not compared */
  readonly files?: readonly string[];
}

/** SQLSTATE for a missing privilege. @see https://www.postgresql.org/docs/17/errcodes-appendix.html */
const INSUFFICIENT_PRIVILEGE = "42501";

/**
 * Runs one command on a database.
 *
 * @param protectData - true if sample data is not allowed
 * @returns what was done, in lines for the user
 * @throws UserError with what is wrong and what to do, also if the database refuses or the session breaks
 */
export async function runDatabaseCommand(
  client: ClientBase,
  request: CommandRequest,
  options: { protectData: boolean },
): Promise<string[]> {
  try {
    return await execute(client, request, options);
  } catch (error) {
    throw error instanceof UserError ? error : await explained(error, client, request.command);
  }
}

async function execute(
  client: ClientBase,
  { command, migration, files = [] }: CommandRequest,
  { protectData }: { protectData: boolean },
): Promise<string[]> {
  switch (command) {
    case "migrate": {
      requireFiles(files);
      const applied = await migrate(client);
      return applied.length === 0 ? ["Nothing to migrate."] : applied.map((name) => `Applied ${name}.`);
    }
    case "rollback":
      return [`Rolled back ${await rollback(client, migration)}.`];
    case "status":
      return status(client, files);
    case "seed":
      return seed(client, protectData);
    case "baseline":
      return baseline(client);
  }
}

/** @returns the error itself if it is not the database's */
async function explained(error: unknown, client: ClientBase, command: CommandRequest["command"]): Promise<unknown> {
  if (await isBroken(client)) {
    return new UserError(
      `The session with the database broke while ${command} ran: ${(error as Error).message}\n` +
        "PostgreSQL rolls back what was not committed. Check with status, then run this again.",
    );
  }
  if (!(error instanceof DatabaseError)) {
    return error;
  }
  const { message, code = "unknown" } = error;
  return new UserError(
    [
      `${command} failed: ${message} (SQLSTATE ${code}). Nothing was kept.`,
      ...(code === INSUFFICIENT_PRIVILEGE
        ? ["Connect as the owner of the tables: DB_SECRET_ARN decides whose credentials are used."]
        : []),
    ].join("\n"),
  );
}

/** A broken session gives no answer; a live one may refuse. */
async function isBroken(client: ClientBase): Promise<boolean> {
  try {
    await client.query("SELECT");
    return false;
  } catch (error) {
    return !(error instanceof DatabaseError);
  }
}

/** @throws UserError when the caller has migrations that are not here */
function requireFiles(files: readonly string[]): void {
  const absent = notHere(files);
  if (absent.length > 0) {
    throw new UserError(`The deployed package lacks ${absent.join(", ")}. Nothing was done. Deploy first.`);
  }
}
