import type { Context } from "aws-lambda";
import { log } from "../app/log";
import { LEVELS } from "../app/log-words";
import { UserError } from "../config/user-error";
import { COMMANDS, runCommand, type CommandRequest } from "./command";
import { connect, connectionSettings } from "./connection";
import { protectsData } from "./environment-variables";

/** Milliseconds before Lambda's time-out at which a statement is ended, so that its failure can be told. */
const LAST_WORDS_MS = 10_000;

/** What the function answers. */
export type CommandAnswer =
  { readonly ok: true; readonly lines: readonly string[] } | { readonly ok: false; readonly message: string };

/**
 * Entry point of the migrating function: does one command to the database that stands in private subnets.
 *
 * @param event - a {@link CommandRequest}
 * @returns what was done, or what is wrong and what to do
 * @throws what nobody can mend by the message alone; Lambda reports it as the invocation's error
 */
export async function handler(
  event: unknown,
  context: Pick<Context, "awsRequestId" | "functionName" | "getRemainingTimeInMillis">,
): Promise<CommandAnswer> {
  const { awsRequestId: requestId } = context;
  try {
    const request = requireRequest(event);
    log(LEVELS.info, "database command", { requestId, command: request.command });
    const lines = await run(request, context);
    log(LEVELS.info, "database command done", { requestId, command: request.command });
    return { ok: true, lines };
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    log(LEVELS.error, "database command failed", { requestId, reason: error.message });
    return { ok: false, message: error.message };
  }
}

async function run(
  request: CommandRequest,
  { awsRequestId, functionName, getRemainingTimeInMillis }: Parameters<typeof handler>[1],
): Promise<string[]> {
  const client = await connect(connectionSettings(process.env), {
    applicationName: `${functionName} ${awsRequestId}`.slice(0, 63),
    onWait: (reason) => {
      log(LEVELS.info, "waiting for the database", { requestId: awsRequestId, reason });
    },
  });
  try {
    const limit = Math.max(getRemainingTimeInMillis() - LAST_WORDS_MS, 1);
    await client.query(`SET statement_timeout = ${String(limit)}`);
    return await runCommand(client, request, { protectData: protectsData(process.env) });
  } finally {
    await client.end();
  }
}

function requireRequest(event: unknown): CommandRequest {
  const { command, migration } = (event ?? {}) as Partial<Record<keyof CommandRequest, unknown>>;
  const known = COMMANDS.find((one) => one === command);
  const problems = [
    ...(known === undefined ? [`command is ${JSON.stringify(command)}: write one of ${COMMANDS.join(", ")}.`] : []),
    ...(migration !== undefined && typeof migration !== "string"
      ? [`migration is ${JSON.stringify(migration)}: write the name of a migration, or leave it out.`]
      : []),
  ];
  if (known === undefined || problems.length > 0) {
    throw new UserError(`This is no command for the database. Nothing was done.\n- ${problems.join("\n- ")}`);
  }
  return { command: known, ...(typeof migration === "string" && { migration }) };
}
