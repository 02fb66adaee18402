import { UserError } from "../../shared/user-error";
import { SecretUnavailable } from "../../shared/secrets-manager";
import { log } from "../../shared/log";
import { LEVELS } from "../../shared/log-words";
import { Problem, tryAgain } from "./problem";
import { RazorpayOrderDiffers, RazorpayRefusedKeys, RazorpayRejected, RazorpayUnavailable } from "./razorpay-errors";

/** Seconds after which a payment provider that did not answer is asked again. */
const RETRY_RAZORPAY_SECONDS = 10;

/** Seconds after which a secret that could not be read is asked for again. */
const RETRY_SECRET_SECONDS = 10;

/** Longest time that a caller is asked to wait. */
const LONGEST_RETRY_SECONDS = 60;

/** What Razorpay says where a person has to look. */
const REFUSALS = [RazorpayOrderDiffers, RazorpayRefusedKeys, RazorpayRejected];

/** Status from which on it is not the caller's doing. */
const SERVER_ERROR = 500;

/**
 * The answer to whatever was thrown, logged where it is not the caller's doing. No stack trace and no secret is in the
 * answer.
 *
 * @param requestId - as the API and the function log it
 */
export function answerOf(error: unknown, requestId: string): Response {
  const problem = problemOf(error);
  if (problem.status >= SERVER_ERROR) {
    const passing = "Retry-After" in problem.headers;
    log(passing ? LEVELS.warning : LEVELS.error, problem.title, { requestId, reason: reasonOf(error) });
  }
  return problem.response();
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) {
    return error;
  }
  if (error instanceof RazorpayUnavailable) {
    return tryAgain(retrySeconds(error.retryAfterSeconds), "The payment provider does not answer.", error);
  }
  if (REFUSALS.some((refusal) => error instanceof refusal)) {
    return new Problem(502, "Bad Gateway", "The payment provider refuses the shop's request.", { cause: error });
  }
  if (error instanceof SecretUnavailable) {
    return tryAgain(RETRY_SECRET_SECONDS, "A secret cannot be read at the moment.", error);
  }
  if (error instanceof UserError) {
    return new Problem(503, "Service Unavailable", "A part of the shop's system is not set up.", { cause: error });
  }
  return new Problem(500, "Internal Server Error", "Something went wrong that nobody foresaw.", { cause: error });
}

/** What Razorpay asks to wait, as far as somebody waits. */
function retrySeconds(asked: number = RETRY_RAZORPAY_SECONDS): number {
  return Math.min(Math.max(asked, 1), LONGEST_RETRY_SECONDS);
}

/** What was thrown, with what lies behind it, for the log. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const { cause } = error;
  return cause === undefined ? `${error.name}: ${error.message}` : `${error.message} (${reasonOf(cause)})`;
}
