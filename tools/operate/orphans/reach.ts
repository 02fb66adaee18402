import { UserError } from "../../../src/shared/user-error";
import { checkAccount } from "../../shared/aws/account";
import { isAwsError } from "../../shared/aws/errors";
import type { Finding } from "../../shared/aws/finding";
import type { AwsSession } from "../../shared/aws/session";
import { checkStateBucket } from "../../shared/aws/state-bucket";

/**
 * Requires the right account, and its state bucket.
 *
 * @throws UserError with the problem and what to do
 */
export async function requireStateBucket(session: AwsSession): Promise<void> {
  requireOk(await checkAccount(session));
  requireOk(
    await checkStateBucket(session).catch((error: unknown): Finding => ({
      outcome: "failed",
      ...session.explain(error),
    })),
  );
}

/**
 * The message for an error during a search.
 *
 * @param error - what was thrown
 * @returns a UserError for an error of an AWS client; any other error unchanged
 */
export function explainSearch(error: unknown, session: AwsSession): unknown {
  if (!isAwsError(error)) {
    return error;
  }
  const { detail, remedy = "" } = session.explain(error);
  return new UserError([`The search was not finished: ${detail}`, remedy].join("\n"));
}

function requireOk({ detail, outcome, remedy }: Finding): void {
  if (outcome !== "ok") {
    throw new UserError(
      [`The search was not started: ${detail}`, ...(remedy === undefined ? [] : [remedy])].join("\n"),
    );
  }
}
