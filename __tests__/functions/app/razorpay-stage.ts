import { Razorpay, type RazorpayKeys, type RazorpayOptions } from "../../../src/functions/app/razorpay";
import {
  SAMPLE_KEYS,
  startRazorpayStandIn,
  type RazorpayStandIn,
} from "../../../tools/develop/local-app/razorpay-stand-in";
import { present } from "../../helpers/present";

/** An order to create. */
export const WANTED = { receipt: "0b8f6a52-8c1e-4a52-9d5c-6f1f3f3a9e10", amountPaise: 261_000, currency: "INR" };

/** The order cannot exist yet. */
export const NEW = { mayExist: false };

/** An earlier request may have created the order. */
export const REPEATED = { mayExist: true };

/** The call that searches for the order. */
export const LOOK = `GET /v1/orders?receipt=${WANTED.receipt}`;

/** The call that creates the order. */
export const CREATE = "POST /v1/orders";

/** Each test's own stand-in, and clients of it. */
export interface RazorpayStage {
  readonly standIn: () => RazorpayStandIn;
  /** Replaces the stand-in. */
  readonly restart: (...options: Parameters<typeof startRazorpayStandIn>) => Promise<void>;
  /** A client that does not wait. When it reads the keys again, it gets the second ones, if there are any. */
  readonly client: (options?: Partial<RazorpayOptions>, ...keys: RazorpayKeys[]) => Razorpay;
  /** Calls that were sent, as `POST /v1/orders`. */
  readonly sent: () => string[];
  /** For each read of the keys, whether it followed a refusal. */
  readonly keysRead: () => readonly boolean[];
  /** Milliseconds that clients would have waited. */
  readonly pauses: () => readonly number[];
}

/** Prepares all of this for the tests of a suite. Call it at the top. */
export function razorpayStage(): RazorpayStage {
  const state: { standIn?: RazorpayStandIn; keysRead: boolean[]; pauses: number[] } = { keysRead: [], pauses: [] };
  const standIn = (): RazorpayStandIn => present(state.standIn);
  beforeEach(async () => {
    state.keysRead = [];
    state.pauses = [];
    state.standIn = await startRazorpayStandIn();
  });
  afterEach(() => standIn().close());
  return {
    standIn,
    restart: async (...options) => {
      await standIn().close();
      state.standIn = await startRazorpayStandIn(...options);
    },
    client: (options = {}, first = SAMPLE_KEYS, second = first) =>
      new Razorpay({
        url: standIn().url,
        keys: (afterRefusal) => {
          state.keysRead.push(afterRefusal);
          return Promise.resolve(afterRefusal ? second : first);
        },
        pause: (milliseconds) => {
          state.pauses.push(milliseconds);
          return Promise.resolve();
        },
        ...options,
      }),
    sent: () => standIn().calls.map(({ method, path }) => `${method} ${path}`),
    keysRead: () => state.keysRead,
    pauses: () => state.pauses,
  };
}

/** @returns the error of a call */
export async function failure(result: Promise<unknown>): Promise<unknown> {
  try {
    await result;
  } catch (error) {
    return error;
  }
  throw new Error("It succeeded");
}
