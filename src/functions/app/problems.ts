import { CURRENCY } from "./money";
import { Problem } from "./problem";
import { BODY_BYTES, KEY_HEADER } from "./routes";

/** Seconds after which the caller may send the same request again. */
const RETRY_SECONDS = { waking: 10, busy: 3, secret: 10, slow: 10 } as const;

/** The problem is transient: the same request, with the same idempotency key, succeeds a little later. */
function tryAgain(seconds: number, detail: string, cause?: unknown): Problem {
  return new Problem(
    503,
    "Service Unavailable",
    `${detail} Send the same request again in ${String(seconds)} seconds.`,
    { headers: { "Retry-After": String(seconds) }, cause },
  );
}

/**
 * Every problem that the API answers with. The app throws them, and the OpenAPI document lists them. No text contains
 * anything secret or personal; `cause` is for the log.
 */
export const problems = {
  invalidJson: (): Problem => new Problem(400, "Bad Request", "The body is not valid JSON."),
  notSigned: (): Problem => new Problem(401, "Not Signed", "The signature is not Razorpay's."),
  noRoute: (path: string): Problem => new Problem(404, "Not Found", `There is nothing at ${path}.`),
  noOrder: (): Problem => new Problem(404, "Not Found", "There is no such order."),
  methodNotAllowed: (method: string, allowed: string): Problem =>
    new Problem(405, "Method Not Allowed", `${method} is not allowed for this path.`, { headers: { Allow: allowed } }),
  orderNotPayable: (status: string): Problem =>
    new Problem(409, "Order Not Payable", `The order is ${status}; only a pending order can be paid.`),
  tooLarge: (): Problem =>
    new Problem(413, "Content Too Large", `The body is too large: at most ${String(BODY_BYTES)} bytes are allowed.`),
  notJson: (): Problem => new Problem(415, "Unsupported Media Type", "Send JSON, with Content-Type: application/json."),
  invalidFields: (wrong: readonly string[]): Problem =>
    new Problem(422, "Unprocessable Content", `The request is not valid. ${wrong.join("; ")}.`),
  wrongCurrency: (currency: string): Problem =>
    new Problem(422, "Wrong Currency", `The order is in ${currency}; only ${CURRENCY} can be paid.`),
  wrongAmount: (total: string, amount: string): Problem =>
    new Problem(422, "Wrong Amount", `The order costs ${total}, not ${amount}. Read the order again and retry.`),
  amountTooSmall: (amount: string): Problem =>
    new Problem(422, "Amount Too Small", `The order costs ${amount}; the payment provider accepts 1.00 or more.`),
  keyReused: (): Problem =>
    new Problem(
      422,
      "Idempotency Key Reused",
      `The ${KEY_HEADER} belongs to another request. Use a new one for each payment.`,
    ),
  unexpected: (cause?: unknown): Problem =>
    new Problem(500, "Internal Server Error", "Something unexpected went wrong.", { cause }),
  providerRefused: (cause?: unknown): Problem =>
    new Problem(502, "Bad Gateway", "The payment provider refused the shop's request.", { cause }),
  providerUnavailable: (seconds: number, cause?: unknown): Problem =>
    tryAgain(seconds, "The payment provider does not answer.", cause),
  databaseWaking: (cause?: unknown): Problem => tryAgain(RETRY_SECONDS.waking, "The database is waking up.", cause),
  passwordRotating: (cause?: unknown): Problem =>
    tryAgain(RETRY_SECONDS.waking, "The database's password is being rotated.", cause),
  databaseBusy: (cause?: unknown): Problem =>
    tryAgain(RETRY_SECONDS.busy, "The database closed the connection or is busy.", cause),
  secretUnavailable: (cause?: unknown): Problem =>
    tryAgain(RETRY_SECONDS.secret, "A secret cannot be read at the moment.", cause),
  tooSlow: (): Problem => tryAgain(RETRY_SECONDS.slow, "The request takes longer than usual."),
  notSetUp: (cause?: unknown): Problem =>
    new Problem(503, "Service Unavailable", "A part of the shop's system is not set up.", { cause }),
  paymentsNotSetUp: (): Problem =>
    new Problem(
      503,
      "Payments Not Set Up",
      "The shop's Razorpay keys are not in their secret yet, or not as key_id, key_secret and webhook_secret.",
    ),
};
