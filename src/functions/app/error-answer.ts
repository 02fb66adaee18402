import { UserError } from "../../shared/user-error";
import { SecretUnavailable } from "../../shared/secrets-manager";
import { log } from "../../shared/log";
import { LEVELS } from "../../shared/log-words";
import { Problem } from "./problem";
import { problems } from "./problems";
import { RazorpayOrderDiffers, RazorpayRefusedKeys, RazorpayRejected, RazorpayUnavailable } from "./razorpay-errors";

/** Seconds after which a caller may retry when the payment provider did not answer. */
const RETRY_RAZORPAY_SECONDS = 10;

/** Longest time that a caller is asked to wait. */
const LONGEST_RETRY_SECONDS = 60;

/** Answers from Razorpay that a person has to look into. */
const REFUSALS = [RazorpayOrderDiffers, RazorpayRefusedKeys, RazorpayRejected];

/** Lowest status that is not the caller's fault. */
const SERVER_ERROR = 500;

/**
 * The answer to an error. It is logged unless the caller caused it. No stack trace and no secret is in the answer.
 *
 * @param requestId - as the API and the function log it
 */
export function answerOf(error: unknown, requestId: string): Response {
  const problem = problemOf(error);
  if (problem.status >= SERVER_ERROR) {
    const transient = "Retry-After" in problem.headers;
    log(transient ? LEVELS.warning : LEVELS.error, problem.title, { requestId, reason: reasonOf(error) });
  }
  return problem.response();
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) {
    return error;
  }
  if (error instanceof RazorpayUnavailable) {
    return problems.providerUnavailable(retrySeconds(error.retryAfterSeconds), error);
  }
  if (REFUSALS.some((refusal) => error instanceof refusal)) {
    return problems.providerRefused(error);
  }
  if (error instanceof SecretUnavailable) {
    return problems.secretUnavailable(error);
  }
  return error instanceof UserError ? problems.notSetUp(error) : problems.unexpected(error);
}

/** The wait that Razorpay asks for, within limits. */
function retrySeconds(requested: number = RETRY_RAZORPAY_SECONDS): number {
  return Math.min(Math.max(requested, 1), LONGEST_RETRY_SECONDS);
}

/** The error and its causes, for the log. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const { cause } = error;
  return cause === undefined ? `${error.name}: ${error.message}` : `${error.message} (${reasonOf(cause)})`;
}
