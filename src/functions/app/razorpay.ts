import { setTimeout } from "node:timers/promises";
import * as z from "zod/mini";
import { isTransientStatus } from "../../shared/transient-errors";
import { RazorpayOrderDiffers, RazorpayRefusedKeys, RazorpayRejected, RazorpayUnavailable } from "./razorpay-errors";

/** Pause before the first retry, up to half of it cut at random. Each further pause is twice as long. */
const FIRST_PAUSE_MS = 500;

/** Longest pause. If Razorpay asks for more, the call fails, because a customer is waiting. */
const LONGEST_PAUSE_MS = 2_000;

/** @see https://razorpay.com/docs/api/ */
const API_URL = "https://api.razorpay.com";

/** Status of a request that Razorpay refused before it did anything. */
const TOO_MANY_REQUESTS = 429;

/** The fields that are read. @see https://razorpay.com/docs/api/orders/entity/ */
const Order = z.object({
  id: z.string(),
  amount: z.int(),
  currency: z.string(),
  receipt: z.nullish(z.string()),
  created_at: z.int(),
});

/** @see https://razorpay.com/docs/api/orders/fetch-all/ */
const Orders = z.object({ items: z.array(Order) });

/** @see https://razorpay.com/docs/api/errors/ */
const Refusal = z.object({ error: z.object({ code: z.string(), description: z.string() }) });

/**
 * How Razorpay describes wrong keys. It documents status 400; the API answers 401.
 *
 * @see https://razorpay.com/docs/api/orders/create/
 */
const KEYS_REFUSED = /^(authentication failed|the api key)/i;

/**
 * How Razorpay describes a second order with the same receipt, for accounts that do not allow it.
 *
 * @see https://razorpay.com/docs/payments/payment-gateway/s2s-integration/test-s2s/error-index
 */
const RECEIPT_TAKEN = /^order receipt should be unique/i;

/** API keys. @see https://razorpay.com/docs/api/authentication/ */
export interface RazorpayKeys {
  readonly keyId: string;
  readonly keySecret: string;
}

/** Options of {@link Razorpay}. */
export interface RazorpayOptions {
  /** URL of the API. @default "https://api.razorpay.com" */
  readonly url?: string | undefined;
  /** Returns the keys. After Razorpay refused them, it is called with true, at most once per call. */
  readonly keys: (afterRefusal: boolean) => Promise<RazorpayKeys>;
  /** Time limit of an attempt, its search for an earlier order included. @default 4,000: three take 16 seconds */
  readonly timeoutMs?: number;
  /** Attempts per call. @default 3 */
  readonly attempts?: number;
  /** Waits some milliseconds. @default - setTimeout */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** Smallest amount that Razorpay accepts, in paise. @see https://razorpay.com/docs/api/orders/create/ */
export const LEAST_PAISE = 100;

/** An order to create. */
export interface OrderRequest {
  /** Identifies the order: 1 to 40 characters. */
  readonly receipt: string;
  /** Paise, an integer of at least {@link LEAST_PAISE}. */
  readonly amountPaise: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** An order at Razorpay, with the requested amount and currency. */
export interface RazorpayOrder {
  /** Such as `order_EKwxwAgItmmXdp`. */
  readonly id: string;
  /** Paise. */
  readonly amountPaise: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** Client of Razorpay's orders. It logs nothing, and its errors contain no keys. */
export class Razorpay {
  readonly #options: Required<RazorpayOptions>;

  public constructor({ url = API_URL, keys, timeoutMs = 4_000, attempts = 3, pause = setTimeout }: RazorpayOptions) {
    this.#options = { url, keys, timeoutMs, attempts, pause };
  }

  /**
   * The order of a receipt, created unless it exists. An attempt without an answer may have created it, so each later
   * attempt searches first. If there are several, everyone uses the oldest. No search finds an order that Razorpay
   * creates afterwards, but nobody gets its id, so nobody can pay it.
   *
   * @param mayExist - true if an earlier call may have created the order
   * @throws RazorpayRefusedKeys, RazorpayRejected, RazorpayOrderDiffers, RazorpayUnavailable, and what reading the
   *   keys throws
   * @see https://razorpay.com/docs/api/orders/create/
   * @see https://razorpay.com/docs/api/pagination/ for its advice on 429
   */
  public async ensureOrder(request: OrderRequest, { mayExist }: { mayExist: boolean }): Promise<RazorpayOrder> {
    const { url, keys, timeoutMs, attempts, pause } = this.#options;
    const call = new Call(url, keys, await keys(false));
    for (let attempt = 1, search = mayExist; ; attempt += 1) {
      try {
        return await call.order(request, search, AbortSignal.timeout(timeoutMs));
      } catch (error) {
        if (!(error instanceof RazorpayUnavailable) || attempt >= attempts) {
          throw error;
        }
        const { status, retryAfterSeconds = 0 } = error;
        if (retryAfterSeconds * 1_000 > LONGEST_PAUSE_MS) {
          throw error;
        }
        search ||= status !== TOO_MANY_REQUESTS;
        await pause(Math.max(ownPauseMs(attempt), retryAfterSeconds * 1_000));
      }
    }
  }
}

/** Half of it is random, so that callers who were refused together do not retry together. */
function ownPauseMs(attempt: number): number {
  const most = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return Math.round((most * (1 + Math.random())) / 2);
}

/** The attempts of one call. */
class Call {
  #keys: RazorpayKeys;
  #keysReadAgain = false;

  public constructor(
    private readonly url: string,
    private readonly readKeys: RazorpayOptions["keys"],
    keys: RazorpayKeys,
  ) {
    this.#keys = keys;
  }

  public async order(request: OrderRequest, search: boolean, signal: AbortSignal): Promise<RazorpayOrder> {
    const earlier = search ? await this.#find(request, signal) : undefined;
    if (earlier !== undefined) {
      return earlier;
    }
    const { receipt, amountPaise, currency } = request;
    const body = { amount: amountPaise, currency, receipt, partial_payment: false };
    try {
      return matching(request, parsed(Order, await this.#send("/v1/orders", signal, body)));
    } catch (error) {
      const taken = error instanceof RazorpayRejected && RECEIPT_TAKEN.test(error.description);
      const other = taken ? await this.#find(request, signal) : undefined;
      if (other === undefined) {
        throw error;
      }
      return other;
    }
  }

  async #find(request: OrderRequest, signal: AbortSignal): Promise<RazorpayOrder | undefined> {
    const { receipt } = request;
    const { items } = parsed(
      Orders,
      await this.#send(`/v1/orders?${String(new URLSearchParams({ receipt }))}`, signal),
    );
    // The search also finds orders whose receipt contains this one.
    const own = items.filter((order) => order.receipt === receipt);
    own.sort((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
    return own.map((order) => matching(request, order))[0];
  }

  async #send(path: string, signal: AbortSignal, body?: object): Promise<unknown> {
    const { status, answer, retryAfter } = await this.#fetch(path, signal, body);
    if (isTransientStatus(status)) {
      throw new RazorpayUnavailable(`it answers ${String(status)}`, status, secondsOf(retryAfter));
    }
    if (status < 400) {
      return answer;
    }
    const { code, description } = z.safeParse(Refusal, answer).data?.error ?? {
      code: "UNKNOWN",
      description: "no reason",
    };
    if (status !== 401 && !KEYS_REFUSED.test(description)) {
      throw new RazorpayRejected(status, code, description);
    }
    if (this.#keysReadAgain) {
      throw new RazorpayRefusedKeys("Razorpay refuses the API keys, even after they were read again");
    }
    this.#keysReadAgain = true;
    this.#keys = await this.readKeys(true);
    return this.#send(path, signal, body);
  }

  async #fetch(path: string, signal: AbortSignal, body?: object): Promise<Answer> {
    const { keyId, keySecret } = this.#keys;
    const url = new URL(path, this.url);
    try {
      const response = await fetch(url, {
        method: body === undefined ? "GET" : "POST",
        headers: {
          Authorization: `Basic ${Buffer.from(`${keyId}:${keySecret}`).toString("base64")}`,
          "Content-Type": "application/json",
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // Another host must not get the keys.
        redirect: "error",
        signal,
      });
      const { status, headers } = response;
      return { status, answer: jsonOf(await response.text()), retryAfter: headers.get("retry-after") };
    } catch (error) {
      const { message, cause } = error as Error & { cause?: { code?: string } };
      throw new RazorpayUnavailable(signal.aborted ? "no answer in time" : `no answer, ${cause?.code ?? message}`);
    }
  }
}

/** An HTTP answer of any status. */
interface Answer {
  readonly status: number;
  /** Its parsed body; undefined if that is not valid JSON. */
  readonly answer: unknown;
  /** Header `Retry-After`. */
  readonly retryAfter: string | null;
}

function matching({ amountPaise, currency }: OrderRequest, order: z.infer<typeof Order>): RazorpayOrder {
  if (order.amount !== amountPaise || order.currency !== currency) {
    throw new RazorpayOrderDiffers(order.id);
  }
  return { id: order.id, amountPaise, currency };
}

/** An unexpected answer may come from something in between, such as a proxy. */
function parsed<T extends z.core.$ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = z.safeParse(schema, body);
  if (!result.success) {
    throw new RazorpayUnavailable("its answer cannot be parsed");
  }
  return result.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds of a `Retry-After`, which is a number or a date. @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function secondsOf(retryAfter: string | null): number | undefined {
  const seconds = retryAfter === null ? NaN : Number(retryAfter);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(retryAfter ?? "") - Date.now() : seconds * 1_000;
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, Math.ceil(milliseconds / 1_000));
}
