import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "aws-lambda";
import type { Client } from "pg";
import { UserError } from "../../shared/user-error";
import { log } from "../../shared/log";
import { LEVELS } from "../../shared/log-words";
import { canceller } from "../../database/cancel";
import { COMMANDS, runDatabaseCommand, type CommandRequest } from "../../database/command";
import { connect, connectionSettings } from "../../database/connection";
import { protectsData } from "../../shared/variables";
import { MigrationFailure } from "../../database/migration-failure";

/** Milliseconds before Lambda's time-out at which a running statement is cancelled, to leave time for the answer. */
const ANSWER_MS = 10_000;

/** Milliseconds between two cancellations. */
const CANCEL_AGAIN_MS = 1000;

/** Milliseconds that no statement that cleans up after a cancelled one takes. */
const CLEANUP_MS = 500;

/** Answer of the function. */
export type CommandAnswer =
  { readonly ok: true; readonly lines: readonly string[] } | { readonly ok: false; readonly message: string };

/**
 * Entry point of the migrating function: runs one command on the database in the private subnets.
 *
 * @param event - a {@link CommandRequest}
 * @returns what was done, or what is wrong and what to do
 * @throws unexpected errors; Lambda reports them as the invocation's error
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
    // The message of a failed statement may contain customers' data.
    const reason = error instanceof MigrationFailure ? error.summary : error.message;
    log(LEVELS.error, "database command failed", { requestId, reason });
    return { ok: false, message: error.message };
  }
}

async function run(
  request: CommandRequest,
  { awsRequestId, functionName, getRemainingTimeInMillis }: Parameters<typeof handler>[1],
): Promise<string[]> {
  const session = (): Promise<Client> =>
    connect(connectionSettings(process.env), {
      applicationName: `${functionName} ${awsRequestId}`.slice(0, 63),
      onWait: (reason) => {
        log(LEVELS.info, "waiting for the database", { requestId: awsRequestId, reason });
      },
    });
  const client = await session();
  const over = new AbortController();
  const cancelAfter = Math.max(getRemainingTimeInMillis() - ANSWER_MS, 1);
  void cancelLate(await canceller(client, session, CLEANUP_MS), cancelAfter, over.signal, (error) => {
    log(LEVELS.error, "the command was not cancelled", { requestId: awsRequestId, reason: error.message });
  });
  try {
    return await runDatabaseCommand(client, request, { protectData: protectsData(process.env) });
  } finally {
    over.abort();
    await client.end();
  }
}

/**
 * Cancels the running statement after some time, again and again until the command is done, because a cancellation may
 * fall between two statements. PostgreSQL's own time-outs restart with each statement, or end the session without a
 * message.
 */
async function cancelLate(
  cancel: (isRunning: () => boolean) => Promise<void>,
  afterMs: number,
  over: AbortSignal,
  onFailure: (error: Error) => void,
): Promise<void> {
  try {
    for (let ms = afterMs; ; ms = CANCEL_AGAIN_MS) {
      await pause(ms, undefined, { signal: over });
      await cancel(() => !over.aborted).catch(onFailure);
    }
  } catch {
    // The command is done.
  }
}

function requireRequest(event: unknown): CommandRequest {
  const { command, migration, files = [] } = (event ?? {}) as Partial<Record<keyof CommandRequest, unknown>>;
  const known = COMMANDS.find((one) => one === command);
  const problems = [
    ...(known === undefined ? [`command is ${JSON.stringify(command)}: write one of ${COMMANDS.join(", ")}.`] : []),
    ...(migration !== undefined && typeof migration !== "string"
      ? [`migration is ${JSON.stringify(migration)}: write the name of a migration, or omit it.`]
      : []),
    ...(known === "rollback" && migration === undefined
      ? ["migration is missing: rollback needs the name of the last one."]
      : []),
    ...(areStrings(files) ? [] : [`files is ${JSON.stringify(files)}: write names of migrations, or omit it.`]),
  ];
  if (known === undefined || !areStrings(files) || problems.length > 0) {
    throw new UserError(`This is not a command for the database. Nothing was done.\n- ${problems.join("\n- ")}`);
  }
  return { command: known, files, ...(typeof migration === "string" && { migration }) };
}

function areStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
