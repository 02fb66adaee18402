import { InvokeCommand, LambdaClient, type InvokeCommandOutput } from "@aws-sdk/client-lambda";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { regionalArn } from "../../../src/shared/arn";
import { UserError } from "../../../src/shared/user-error";
import type { CommandRequest } from "../../../src/database/command";
import type { CommandAnswer } from "../../../src/functions/migrate/handler";
import { environmentNames, FUNCTION_ALIAS } from "../../../src/config/names";
import { clientSettings } from "../../shared/aws/client-settings";
import { explain, isNamed, look } from "../../shared/aws/errors";

/** Milliseconds to wait for an answer: Lambda's longest time-out, and half a minute for the network. */
const ANSWER_MS = 930_000;

const CONNECTION_MS = 5_000;

/** Printed when the outcome of a command is unknown. */
export const MAY_STILL_RUN = "The function may still be running: check with status before you repeat anything.";

/**
 * Runs a command in an environment's migrating function and waits for its answer.
 *
 * @param env - environment with the caller's AWS settings
 * @param answerMs - milliseconds to wait for an answer @default 930,000
 * @returns lines that report what was done
 * @throws UserError with the function's message, or the reason why there is none
 */
export async function invokeCommand(
  { name, account, migrateFunction: { timeoutSeconds } }: EnvironmentConfig,
  request: CommandRequest,
  env: NodeJS.ProcessEnv,
  answerMs: number = ANSWER_MS,
): Promise<readonly string[]> {
  const names = environmentNames(name);
  const client = new LambdaClient({
    ...clientSettings(account.region, env),
    // If an answer is lost, the command must not run twice.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECTION_MS, requestTimeout: answerMs, throwOnRequestTimeout: true },
  });
  const invoke = new InvokeCommand({
    FunctionName: regionalArn(account, "lambda", `function:${names.migrateFunction}`),
    Qualifier: FUNCTION_ALIAS,
    Payload: JSON.stringify(request),
  });
  try {
    const output = await look("lambda:InvokeFunction", client.send(invoke));
    return linesOf(output, { names, timeoutSeconds });
  } catch (error) {
    throw error instanceof UserError ? error : explained(error, names.migrateFunction, env);
  } finally {
    client.destroy();
  }
}

function linesOf(
  { FunctionError: failed, Payload: payload }: InvokeCommandOutput,
  { names, timeoutSeconds }: { names: ReturnType<typeof environmentNames>; timeoutSeconds: number },
): readonly string[] {
  const text = Buffer.from(payload ?? []).toString();
  if (failed !== undefined) {
    const { errorType = failed, errorMessage = text } = JSON.parse(text) as Record<string, string | undefined>;
    throw new UserError(
      [
        `${names.migrateFunction} failed: ${errorType}: ${errorMessage}`,
        `Its log group ${names.migrateFunctionLogGroup} has more. Check with status before you repeat anything.`,
        ...(errorMessage.includes("timed out")
          ? [`It had ${String(timeoutSeconds)} seconds. The database rolls back what was not committed.`]
          : []),
      ].join("\n"),
    );
  }
  const answer = JSON.parse(text) as CommandAnswer | null;
  if (typeof answer?.ok !== "boolean") {
    throw new UserError(
      `${names.migrateFunction} answered ${text.slice(0, 200)}, which this version of the project does not understand. ` +
        "Deploy the function from the same sources first.",
    );
  }
  if (!answer.ok) {
    throw new UserError(answer.message);
  }
  return answer.lines;
}

function explained(error: unknown, functionName: string, env: NodeJS.ProcessEnv): UserError {
  if (isNamed(error, "ResourceNotFoundException")) {
    return new UserError(
      `There is no function ${functionName} with an alias ${FUNCTION_ALIAS}. Deploy the environment first (npm run plan, npm run apply).`,
    );
  }
  const { detail, remedy = "" } = explain(error, env);
  return new UserError(
    [`${functionName} did not answer: ${detail}`, remedy, MAY_STILL_RUN].filter((line) => line !== "").join("\n"),
  );
}
