import type * as z from "zod";
import type { ProblemDetails } from "../../../src/functions/app/schemas";

/** What an answer's body says that is no success. */
export type ProblemBody = z.infer<typeof ProblemDetails>;

/** What each status means, whatever was called. */
export const STATUS_MEANINGS: Readonly<Record<number, string>> = {
  400: "The body is no JSON.",
  401: "The body was not signed with the webhook secret.",
  404: "There is no such order.",
  405: "The path does not take this method.",
  409: "The order does not wait for a payment.",
  413: "The body is too large.",
  415: "The body was not sent as JSON.",
  422: "What was sent is malformed, or does not agree with what the shop has. Repeating it changes nothing.",
  500: "Nobody foresaw it. The log says why, under the request's id.",
  502: "Razorpay refuses what the app asks for. Somebody has to look: the log says why.",
  503: "Not now. With `Retry-After`: the same request works later. Without: a secret or a setting is missing or denied.",
};

const problem = (status: number, title: string, detail: string): ProblemBody => ({ title, status, detail });

/** Answers as the app gives them, by the name of the example. */
export const PROBLEMS = {
  noJson: problem(400, "Bad Request", "The body is no JSON."),
  notSigned: problem(401, "Not Signed", "The signature is not Razorpay's."),
  noOrder: problem(404, "Not Found", "There is no such order."),
  otherMethod: problem(405, "Method Not Allowed", "DELETE is not for this path."),
  notPayable: problem(409, "Order Not Payable", "The order is confirmed; only one that is pending is paid."),
  tooLarge: problem(413, "Content Too Large", "A body has at most 65536 bytes."),
  noJsonType: problem(415, "Unsupported Media Type", "Send JSON, as Content-Type: application/json."),
  wrongFields: problem(
    422,
    "Unprocessable Content",
    "What was sent is not as it should be. body.order_id: a UUID, the `public_id` of the order that is paid; body.amount: " +
      "what the order amounts to, as text: rupees with two decimals, such as `2610.00`.",
  ),
  wrongEvent: problem(
    422,
    "Unprocessable Content",
    "What was sent is not as it should be. event: missing, or not as documented.",
  ),
  wrongCurrency: problem(422, "Wrong Currency", "The order is in USD; only INR is paid here."),
  wrongAmount: problem(
    422,
    "Wrong Amount",
    "The order amounts to 1250.00, not to 1200.00. Look at the order, and ask again.",
  ),
  tooLittle: problem(422, "Amount Too Small", "The order amounts to 0.50; the payment provider takes 1.00 and more."),
  keyReused: problem(
    422,
    "Idempotency Key Reused",
    "The Idempotency-Key belongs to another request. Use a new one for each payment.",
  ),
  unforeseen: problem(500, "Internal Server Error", "Something went wrong that nobody foresaw."),
  refused: problem(502, "Bad Gateway", "The payment provider refuses the shop's request."),
  unavailable: problem(
    503,
    "Service Unavailable",
    "The payment provider does not answer. Send the same request again in 10 seconds.",
  ),
  waking: problem(503, "Service Unavailable", "The database is waking up. Send the same request again in 10 seconds."),
  noKeys: problem(
    503,
    "Payments Not Set Up",
    "The shop's Razorpay keys are not in their secret yet, or not as key_id, key_secret and webhook_secret.",
  ),
} as const;
