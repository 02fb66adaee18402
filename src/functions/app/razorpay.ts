import { setTimeout } from "node:timers/promises";
import * as z from "zod/mini";
import { isTransientStatus } from "../../shared/transient-errors";
import { RazorpayOrderDiffers, RazorpayRefusedKeys, RazorpayRejected, RazorpayUnavailable } from "./razorpay-errors";

/** Pause before the first repetition, of which a random part is taken; each further one is twice as long. */
const FIRST_PAUSE_MS = 500;

/** Longest pause. Where Razorpay asks for more, the call is given up: somebody waits at the other end. */
const LONGEST_PAUSE_MS = 2_000;

/** @see https://razorpay.com/docs/api/ */
const API_URL = "https://api.razorpay.com";

/** Razorpay refuses such a request before it does anything. */
const TOO_MANY_REQUESTS = 429;

/** As far as it is read. @see https://razorpay.com/docs/api/orders/entity/ */
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
 * What Razorpay says of wrong keys. Its pages have it with status 400; the API answers 401.
 *
 * @see https://razorpay.com/docs/api/orders/create/
 */
const KEYS_REFUSED = /^(authentication failed|the api key)/i;

/**
 * What an account that does not permit a receipt twice says of the second order.
 *
 * @see https://razorpay.com/docs/payments/payment-gateway/s2s-integration/test-s2s/error-index
 */
const RECEIPT_TAKEN = /^order receipt should be unique/i;

/** What calls are authenticated with. @see https://razorpay.com/docs/api/authentication/ */
export interface RazorpayKeys {
  readonly keyId: string;
  readonly keySecret: string;
}

/** What a {@link Razorpay} is made with. */
export interface RazorpayOptions {
  /** Where the API is. @default "https://api.razorpay.com" */
  readonly url?: string | undefined;
  /** Gives the keys. Asked with true, at most once a call, after Razorpay refused those that it gave before. */
  readonly keys: (afterRefusal: boolean) => Promise<RazorpayKeys>;
  /** Milliseconds that an attempt may take, with its look for an earlier order. @default 4,000: three take 16 seconds */
  readonly timeoutMs?: number;
  /** How often a call is tried. @default 3 */
  readonly attempts?: number;
  /** Waits some milliseconds. @default - by the clock */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** Least amount that Razorpay takes, in paise. @see https://razorpay.com/docs/api/orders/create/ */
export const LEAST_PAISE = 100;

/** What an order is wanted for. */
export interface OrderRequest {
  /** What the order is found by: 1 to 40 characters. */
  readonly receipt: string;
  /** Paise, an integer from {@link LEAST_PAISE} on. */
  readonly amountPaise: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** An order at Razorpay, of the amount and currency that were wanted. */
export interface RazorpayOrder {
  /** Such as `order_EKwxwAgItmmXdp`. */
  readonly id: string;
  /** Paise. */
  readonly amountPaise: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** Client of Razorpay's orders. It logs nothing, and no message of its errors has a key. */
export class Razorpay {
  readonly #options: Required<RazorpayOptions>;

  public constructor({ url = API_URL, keys, timeoutMs = 4_000, attempts = 3, pause = setTimeout }: RazorpayOptions) {
    this.#options = { url, keys, timeoutMs, attempts, pause };
  }

  /**
   * The order of a receipt, made unless there is one. An attempt without an answer may have made it, so each one after
   * it looks first; of several, all take the oldest. What no look can see is an order that Razorpay makes after the
   * look: its id is given to nobody, so nobody can pay it.
   *
   * @param mayExist - true where an earlier call may have made the order
   * @throws RazorpayRefusedKeys, RazorpayRejected, RazorpayOrderDiffers, RazorpayUnavailable; whatever reading
   *   the keys throws
   * @see https://razorpay.com/docs/api/orders/create/
   * @see https://razorpay.com/docs/api/pagination/ for what it advises on 429
   */
  public async ensureOrder(request: OrderRequest, { mayExist }: { mayExist: boolean }): Promise<RazorpayOrder> {
    const { url, keys, timeoutMs, attempts, pause } = this.#options;
    const call = new Call(url, keys, await keys(false));
    for (let attempt = 1, look = mayExist; ; attempt += 1) {
      try {
        return await call.order(request, look, AbortSignal.timeout(timeoutMs));
      } catch (error) {
        if (!(error instanceof RazorpayUnavailable) || attempt >= attempts) {
          throw error;
        }
        const { status, retryAfterSeconds = 0 } = error;
        if (retryAfterSeconds * 1_000 > LONGEST_PAUSE_MS) {
          throw error;
        }
        look ||= status !== TOO_MANY_REQUESTS;
        await pause(Math.max(ownPauseMs(attempt), retryAfterSeconds * 1_000));
      }
    }
  }
}

/** Half of it by chance, so that those who were refused together do not come back together. */
function ownPauseMs(attempt: number): number {
  const most = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return Math.round((most * (1 + Math.random())) / 2);
}

/** The attempts of one call. */
class Call {
  #keys: RazorpayKeys;
  #readAnew = false;

  public constructor(
    private readonly url: string,
    private readonly readKeys: RazorpayOptions["keys"],
    keys: RazorpayKeys,
  ) {
    this.#keys = keys;
  }

  public async order(request: OrderRequest, look: boolean, signal: AbortSignal): Promise<RazorpayOrder> {
    const earlier = look ? await this.#find(request, signal) : undefined;
    if (earlier !== undefined) {
      return earlier;
    }
    const { receipt, amountPaise, currency } = request;
    const body = { amount: amountPaise, currency, receipt, partial_payment: false };
    try {
      return wanted(request, understood(Order, await this.#send("/v1/orders", signal, body)));
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
    const { items } = understood(
      Orders,
      await this.#send(`/v1/orders?${String(new URLSearchParams({ receipt }))}`, signal),
    );
    // The page speaks of orders that contain the receipt.
    const own = items.filter((order) => order.receipt === receipt);
    own.sort((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
    return own.map((order) => wanted(request, order))[0];
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
    if (this.#readAnew) {
      throw new RazorpayRefusedKeys("Razorpay refuses the API keys, also those that were read anew");
    }
    this.#readAnew = true;
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
        // The keys are for one host.
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

/** An answer, whatever it says. */
interface Answer {
  readonly status: number;
  /** The JSON of its body, undefined where that is none. */
  readonly answer: unknown;
  /** Header `Retry-After`. */
  readonly retryAfter: string | null;
}

function wanted({ amountPaise, currency }: OrderRequest, order: z.infer<typeof Order>): RazorpayOrder {
  if (order.amount !== amountPaise || order.currency !== currency) {
    throw new RazorpayOrderDiffers(order.id);
  }
  return { id: order.id, amountPaise, currency };
}

/** What cannot be read may be the answer of something in between, such as a proxy. */
function understood<T extends z.core.$ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = z.safeParse(schema, body);
  if (!result.success) {
    throw new RazorpayUnavailable("its answer cannot be understood");
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

/** Seconds of a `Retry-After`, which are a number or a date. @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function secondsOf(retryAfter: string | null): number | undefined {
  const seconds = retryAfter === null ? NaN : Number(retryAfter);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(retryAfter ?? "") - Date.now() : seconds * 1_000;
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, Math.ceil(milliseconds / 1_000));
}
