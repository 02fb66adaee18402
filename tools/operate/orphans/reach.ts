import { UserError } from "../../../src/shared/user-error";
import { checkAccount } from "../../shared/aws/account";
import { isAwsError } from "../../shared/aws/errors";
import type { Finding } from "../../shared/aws/finding";
import type { AwsSession } from "../../shared/aws/session";
import { checkStateBucket } from "../../shared/aws/state-bucket";

/**
 * Makes sure that the account can be reached and has a state bucket.
 *
 * @throws UserError with what is wrong and what to do
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
 * What the person reads about an error of a search.
 *
 * @param error - what was thrown
 * @returns a UserError for an error of an AWS client, and else the error itself
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
