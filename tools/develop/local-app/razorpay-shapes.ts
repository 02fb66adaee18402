import { randomUUID } from "node:crypto";

/** @see https://razorpay.com/docs/api/orders/entity/ */
export interface OrderEntity {
  readonly id: string;
  readonly entity: "order";
  readonly amount: number;
  readonly amount_paid: number;
  readonly amount_due: number;
  readonly currency: string;
  readonly receipt: string | null;
  readonly offer_id: null;
  readonly status: "created";
  readonly attempts: number;
  readonly notes: object;
  readonly created_at: number;
}

/** A status and a body that is sent as JSON. */
export interface Reply {
  readonly status: number;
  readonly body: object;
}

/** Events that are about a payment's status. */
export const EVENTS = ["payment.authorized", "payment.captured", "payment.failed", "refund.processed"] as const;

/** One of {@link EVENTS}. */
export type RazorpayEvent = (typeof EVENTS)[number];

/** Fields of a requested order, before validation. */
export type Wanted = Partial<Record<"amount" | "currency" | "receipt" | "partial_payment" | "notes", unknown>>;

/** Razorpay's error for a requested order; undefined if it is valid. @see https://razorpay.com/docs/api/orders/create/ */
export function refusalOf({ amount, currency, receipt, partial_payment, notes, ...others }: Wanted): Reply | undefined {
  const [extra] = Object.keys(others);
  if (extra !== undefined) {
    return badRequest(`${extra} is/are not required and should not be sent`, extra);
  }
  if (typeof amount !== "number" || !Number.isInteger(amount)) {
    return badRequest(
      amount === undefined ? "The amount field is required." : "The amount must be an integer.",
      "amount",
    );
  }
  if (amount < 100) {
    return badRequest("The amount must be at least INR 1.00", "amount");
  }
  if (currency !== "INR") {
    return badRequest(
      currency === undefined ? "The currency field is required." : "Currency is not supported",
      "currency",
    );
  }
  if (receipt !== undefined && (typeof receipt !== "string" || receipt.length > 40)) {
    return badRequest("The receipt may not be greater than 40 characters.", "receipt");
  }
  if (![undefined, true, false].includes(partial_payment as boolean | undefined)) {
    return badRequest("The partial payment field must be true or false.", "partial_payment");
  }
  return notes === undefined || typeof notes === "object"
    ? undefined
    : badRequest("The notes must be an object.", "notes");
}

/** The order that Razorpay creates. */
export function orderOf({ amount, currency, receipt, notes }: Wanted): OrderEntity {
  return {
    id: `order_${randomId()}`,
    entity: "order",
    amount: amount as number,
    amount_paid: 0,
    amount_due: amount as number,
    currency: currency as string,
    receipt: (receipt as string | undefined) ?? null,
    offer_id: null,
    status: "created",
    attempts: 0,
    notes: (notes as object | undefined) ?? [],
    created_at: now(),
  };
}

/** @see https://razorpay.com/docs/api/errors/ */
export function badRequest(description: string, field?: string): Reply {
  const error = { code: "BAD_REQUEST_ERROR", description, source: "business", step: "payment_initiation" };
  return { status: 400, body: { error: { ...error, reason: "input_validation_failed", metadata: {}, field } } };
}

/** @see https://razorpay.com/docs/api/orders/fetch-all/ */
export function refusedKeys(): Reply {
  const error = { code: "BAD_REQUEST_ERROR", description: "The api key provided is invalid" };
  return { status: 401, body: { error: { ...error, source: "NA", step: "NA", reason: "NA", metadata: {} } } };
}

/** Razorpay's body for an error status. */
export function failure(status: number): object {
  return status < 500
    ? badRequest("Request failed. Try again later.").body
    : { error: { code: "SERVER_ERROR", description: "The server has a problem.", metadata: {} } };
}

/**
 * Body of a webhook. Razorpay's also has the customer's address and telephone number.
 *
 * @see https://razorpay.com/docs/webhooks/payments/
 * @see https://razorpay.com/docs/webhooks/refunds/
 */
export function eventOf(
  event: RazorpayEvent,
  { id: orderId, amount, currency }: OrderEntity,
  paymentId: string,
): object {
  const refunded = event === "refund.processed";
  const failed = event === "payment.failed";
  const captured = refunded || event === "payment.captured";
  const payment = {
    id: paymentId,
    entity: "payment",
    ...{ amount, currency },
    status: refunded ? "refunded" : event.slice("payment.".length),
    order_id: orderId,
    ...{ invoice_id: null, international: false, method: "netbanking" },
    amount_refunded: refunded ? amount : 0,
    refund_status: refunded ? "full" : null,
    captured,
    ...{ description: null, card_id: null, bank: "HDFC", wallet: null, vpa: null },
    ...{ email: "customer@example.com", contact: "+919000000000", notes: [] },
    ...{ fee: captured ? 2 : null, tax: captured ? 0 : null },
    error_code: failed ? "BAD_REQUEST_ERROR" : null,
    error_description: failed ? "Payment failed" : null,
    error_source: failed ? "bank" : null,
    error_step: failed ? "payment_authorization" : null,
    error_reason: failed ? "payment_failed" : null,
    acquirer_data: { bank_transaction_id: failed ? null : "0125836177" },
    created_at: now(),
  };
  const refund = {
    id: paymentId.replace("pay_", "rfnd_"),
    entity: "refund",
    ...{ amount, currency, payment_id: paymentId, notes: [], receipt: null, acquirer_data: { arn: null } },
    ...{ created_at: now(), batch_id: null, status: "processed", speed_processed: "normal", speed_requested: "normal" },
  };
  return {
    entity: "event",
    account_id: "acc_Sample00000000",
    event,
    contains: refunded ? ["refund", "payment"] : ["payment"],
    payload: { ...(refunded && { refund: { entity: refund } }), payment: { entity: payment } },
    created_at: now(),
  };
}

/** An id as long as Razorpay's. */
function randomId(): string {
  return randomUUID().replaceAll("-", "").slice(0, 14);
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}
