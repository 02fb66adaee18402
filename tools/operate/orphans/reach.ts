import type { EnvironmentConfig } from "../../../src/config/environment";
import { UserError } from "../../../src/shared/user-error";
import { checkAccount } from "../../shared/aws/account";
import type { Finding } from "../preflight/check";
import { explain } from "../../shared/aws/errors";
import { checkStateBucket } from "../../shared/aws/state-bucket";

/**
 * Makes sure that the account is reached and has a state bucket.
 *
 * @param env - environment with the caller's AWS settings
 * @throws UserError with what is wrong and what to do
 */
export async function requireStateBucket(config: EnvironmentConfig, env: NodeJS.ProcessEnv): Promise<void> {
  const { caller, ...account } = await checkAccount(config.account, env);
  requireOk(account);
  if (caller !== undefined) {
    requireOk(await checkStateBucket({ config, env, caller }).catch((error: unknown) => failed(error, env)));
  }
}

/**
 * What the person is told of an error while AWS was looked at.
 *
 * @param error - whatever was thrown
 * @returns a UserError for what AWS's clients throw, and else the error itself
 */
export function toldOf(error: unknown, env: NodeJS.ProcessEnv): unknown {
  if (!(error instanceof Error) || !("$metadata" in error)) {
    return error;
  }
  const { detail, remedy = "" } = explain(error, env);
  return new UserError([`The search was not finished: ${detail}`, remedy].join("\n"));
}

function failed(error: unknown, env: NodeJS.ProcessEnv): Finding {
  return { outcome: "failed", ...explain(error, env) };
}

function requireOk({ detail, outcome, remedy }: Finding): void {
  if (outcome !== "ok") {
    throw new UserError([`Nothing was looked for: ${detail}`, ...(remedy === undefined ? [] : [remedy])].join("\n"));
  }
}
