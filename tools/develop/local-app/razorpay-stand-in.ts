import { createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { RazorpayKeys } from "../../../src/functions/app/razorpay";
import {
  badRequest,
  eventOf,
  failure,
  orderOf,
  refusalOf,
  refusedKeys,
  type OrderEntity,
  type RazorpayEvent,
  type Reply,
  type Wanted,
} from "./razorpay-shapes";

/** Keys that the stand-in accepts by default. */
export const SAMPLE_KEYS: RazorpayKeys = { keyId: "rzp_test_sample", keySecret: "sample-key-secret" };

/** Secret that webhooks are signed with by default. */
export const SAMPLE_WEBHOOK_SECRET = "sample-webhook-secret";

/** Options of the stand-in. */
export interface RazorpayStandInOptions {
  /** @default {@link SAMPLE_KEYS} */
  readonly keys?: RazorpayKeys;
  /** @default {@link SAMPLE_WEBHOOK_SECRET} */
  readonly webhookSecret?: string;
  /** True refuses duplicate receipts, as some accounts do. @default false */
  readonly uniqueReceipts?: boolean;
}

/** A fault that replaces the answer to a call. */
export interface RazorpayFault {
  /** A status that is answered; `silence` never answers; `break` ends the connection. */
  readonly kind: number | "silence" | "break";
  /** True executes the call first, so that only the answer is lost. @default false */
  readonly done?: boolean;
  /** Headers of the answer, such as `Retry-After`. @default - none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body of the answer. @default - Razorpay's error for the status */
  readonly body?: string;
  /** Called when it happens. @default - nothing is called */
  readonly onTaken?: () => void;
}

/** A call that arrived. */
export interface RazorpayCall {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** The body, if it is valid JSON. */
  readonly body: unknown;
}

/** The payment that a webhook reports. */
export interface WebhookDetails {
  /** @default - always the same for an order */
  readonly paymentId?: string;
  /** The same for repeated deliveries. @default - a new one */
  readonly eventId?: string;
}

/** A webhook's POST request. */
export interface WebhookRequest {
  readonly body: Buffer;
  readonly headers: Readonly<Record<"Content-Type" | "X-Razorpay-Signature" | "x-razorpay-event-id", string>>;
}

/** Razorpay on this machine. */
export interface RazorpayStandIn {
  readonly url: string;
  /** Orders that were created, oldest first. */
  readonly orders: readonly OrderEntity[];
  /** Calls that arrived, oldest first. */
  readonly calls: readonly RazorpayCall[];
  /** Faults of the next calls, one each; add to it. */
  readonly faults: RazorpayFault[];
  /** Replaces the accepted keys. */
  rotateKeys(keys: RazorpayKeys): void;
  /**
   * A webhook of an order, signed.
   *
   * @throws RangeError for an order that was not created here
   */
  webhook(event: RazorpayEvent, orderId: string, details?: WebhookDetails): WebhookRequest;
  close(): Promise<void>;
}

/**
 * Starts a server with Razorpay's documented API of orders. It allows duplicate receipts, as Razorpay does for most
 * accounts, so that a duplicate order is noticed.
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
    fault?.onTaken?.();
    if (fault?.kind === "break") {
      incoming.socket.destroy();
    } else if (fault?.kind !== "silence") {
      const status = fault?.kind ?? reply?.status ?? 500;
      response.writeHead(status, { "Content-Type": "application/json", ...fault?.headers });
      response.end(fault === undefined ? JSON.stringify(reply?.body) : (fault.body ?? JSON.stringify(failure(status))));
    }
  };

  const server = createServer((incoming, response) => {
    // The connection ended before the whole body arrived.
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
