import { createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { RazorpayKeys } from "../../src/app/razorpay";

/** Keys that the stand-in takes unless others are given. */
export const SAMPLE_KEYS: RazorpayKeys = { keyId: "rzp_test_sample", keySecret: "sample-key-secret" };

/** Secret that webhooks are signed with unless another is given. */
export const SAMPLE_WEBHOOK_SECRET = "sample-webhook-secret";

/** How the stand-in is started. */
export interface RazorpayStandInOptions {
  /** @default {@link SAMPLE_KEYS} */
  readonly keys?: RazorpayKeys;
  /** @default {@link SAMPLE_WEBHOOK_SECRET} */
  readonly webhookSecret?: string;
  /** True refuses a receipt the second time, as some accounts do. @default false */
  readonly uniqueReceipts?: boolean;
}

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

/** What happens to a call instead of its answer. */
export interface RazorpayFault {
  /** A status that is answered; `silence` never answers; `break` ends the connection. */
  readonly kind: number | "silence" | "break";
  /** True does first what the call asks for, so that the answer alone is lost. @default false */
  readonly done?: boolean;
  /** Headers beside a status, such as `Retry-After`. @default - none */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is answered with a status. @default - the error that Razorpay has for it */
  readonly body?: string;
}

/** A call that arrived. */
export interface RazorpayCall {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** The body, if it was JSON. */
  readonly body: unknown;
}

/** Events that are about a payment's status. */
export type RazorpayEvent = "payment.authorized" | "payment.captured" | "payment.failed" | "refund.processed";

/** Which payment a webhook tells of. */
export interface WebhookDetails {
  /** @default - one and the same for each order */
  readonly paymentId?: string;
  /** What is the same for repetitions of a delivery. @default - a new one */
  readonly eventId?: string;
}

/** A webhook's request, to be sent by POST. */
export interface WebhookRequest {
  readonly body: Buffer;
  readonly headers: Readonly<Record<"Content-Type" | "X-Razorpay-Signature" | "x-razorpay-event-id", string>>;
}

/** Razorpay on this machine. */
export interface RazorpayStandIn {
  readonly url: string;
  /** What was made, first order first. */
  readonly orders: readonly OrderEntity[];
  /** What arrived, first call first. */
  readonly calls: readonly RazorpayCall[];
  /** What happens to the next calls, one after the other; add to it. */
  readonly faults: RazorpayFault[];
  /** Takes other keys from now on, and no longer those before. */
  rotateKeys(keys: RazorpayKeys): void;
  /**
   * A webhook of an order, signed.
   *
   * @throws RangeError for an order that was not made here
   */
  webhook(event: RazorpayEvent, orderId: string, details?: WebhookDetails): WebhookRequest;
  close(): Promise<void>;
}

/** Fields of an order that is to be made, before they are looked at. */
type Wanted = Partial<Record<"amount" | "currency" | "receipt" | "partial_payment" | "notes", unknown>>;

/** A status and a body that is sent as JSON. */
interface Reply {
  readonly status: number;
  readonly body: object;
}

/**
 * Starts a server that speaks the documented shapes of Razorpay's orders. It permits a receipt twice, as Razorpay does
 * for most accounts: a second order shows.
 *
 * @see https://razorpay.com/docs/api/orders/
 */
export async function startRazorpayStandIn({
  keys = SAMPLE_KEYS,
  webhookSecret = SAMPLE_WEBHOOK_SECRET,
  uniqueReceipts = false,
}: RazorpayStandInOptions = {}): Promise<RazorpayStandIn> {
  const orders: OrderEntity[] = [];
  const calls: RazorpayCall[] = [];
  const faults: RazorpayFault[] = [];
  const state = { authorization: basic(keys) };

  const create = (wanted: Wanted): Reply => {
    const refusal = refusalOf(wanted);
    if (refusal !== undefined) {
      return refusal;
    }
    if (uniqueReceipts && orders.some(({ receipt }) => receipt === wanted.receipt)) {
      return badRequest("Order receipt should be unique.", "receipt");
    }
    const order = orderOf(wanted);
    orders.push(order);
    return { status: 200, body: order };
  };

  const obey = (method: string, url: URL, body: unknown): Reply => {
    const [, id] = /^\/v1\/orders\/([^/]+)$/.exec(url.pathname) ?? [];
    if (method === "GET" && id !== undefined) {
      const order = orders.find((one) => one.id === id);
      return order ? { status: 200, body: order } : badRequest("The id provided does not exist");
    }
    if (url.pathname !== "/v1/orders" || !["GET", "POST"].includes(method)) {
      return badRequest("The requested URL was not found on the server.");
    }
    if (method === "POST") {
      return create(body ?? {});
    }
    const receipt = url.searchParams.get("receipt");
    const found = orders.filter((order) => receipt === null || order.receipt === receipt).reverse();
    const items = found.slice(0, Number(url.searchParams.get("count") ?? 10));
    return { status: 200, body: { entity: "collection", count: items.length, items } };
  };

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url: path = "", headers } = incoming;
    const body = jsonOf(await text(incoming));
    calls.push({ method, path, body });
    const fault = faults.shift();
    const work = (): Reply =>
      headers.authorization === state.authorization
        ? obey(method, new URL(path, "http://localhost"), body)
        : refusedKeys();
    const reply = fault === undefined || fault.done === true ? work() : undefined;
    if (fault?.kind === "break") {
      incoming.socket.destroy();
    } else if (fault?.kind !== "silence") {
      const status = fault?.kind ?? reply?.status ?? 500;
      response.writeHead(status, { "Content-Type": "application/json", ...fault?.headers });
      response.end(fault === undefined ? JSON.stringify(reply?.body) : (fault.body ?? JSON.stringify(failure(status))));
    }
  };

  const server = createServer((incoming, response) => {
    // A connection that ends while its body arrives asks for nothing.
    answer(incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    orders,
    calls,
    faults,
    rotateKeys: (others) => {
      state.authorization = basic(others);
    },
    webhook: (event, orderId, { paymentId = orderId.replace("order_", "pay_"), eventId = randomUUID() } = {}) => {
      const order = orders.find(({ id }) => id === orderId);
      if (order === undefined) {
        throw new RangeError(`There is no order ${orderId}`);
      }
      const body = Buffer.from(JSON.stringify(eventOf(event, order, paymentId)));
      const signature = createHmac("sha256", webhookSecret).update(body).digest("hex");
      return {
        body,
        headers: {
          "Content-Type": "application/json",
          "X-Razorpay-Signature": signature,
          "x-razorpay-event-id": eventId,
        },
      };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function basic({ keyId, keySecret }: RazorpayKeys): string {
  return `Basic ${Buffer.from(`${keyId}:${keySecret}`).toString("base64")}`;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** What is wrong with a wanted order, as Razorpay finds it. @see https://razorpay.com/docs/api/orders/create/ */
function refusalOf({ amount, currency, receipt, partial_payment, notes, ...others }: Wanted): Reply | undefined {
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

function orderOf({ amount, currency, receipt, notes }: Wanted): OrderEntity {
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
function badRequest(description: string, field?: string): Reply {
  const error = { code: "BAD_REQUEST_ERROR", description, source: "business", step: "payment_initiation" };
  return { status: 400, body: { error: { ...error, reason: "input_validation_failed", metadata: {}, field } } };
}

/** @see https://razorpay.com/docs/api/orders/fetch-all/ */
function refusedKeys(): Reply {
  const error = { code: "BAD_REQUEST_ERROR", description: "The api key provided is invalid" };
  return { status: 401, body: { error: { ...error, source: "NA", step: "NA", reason: "NA", metadata: {} } } };
}

function failure(status: number): object {
  return status < 500
    ? badRequest("Request failed. Try again later.").body
    : { error: { code: "SERVER_ERROR", description: "The server has a problem.", metadata: {} } };
}

/**
 * What a webhook says. Razorpay's has the customer's address and telephone number too.
 *
 * @see https://razorpay.com/docs/webhooks/payments/
 * @see https://razorpay.com/docs/webhooks/refunds/
 */
function eventOf(event: RazorpayEvent, { id: orderId, amount, currency }: OrderEntity, paymentId: string): object {
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

/** As long as Razorpay's. */
function randomId(): string {
  return randomUUID().replaceAll("-", "").slice(0, 14);
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}
