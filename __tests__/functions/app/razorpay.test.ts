import { inspect } from "node:util";
import {
  RazorpayOrderDiffers,
  RazorpayRejected,
  RazorpayUnavailable,
} from "../../../src/functions/app/razorpay-errors";
import type { RazorpayFault } from "../../../tools/develop/local-app/razorpay-stand-in";
import { CREATE, failure, LOOK, NEW, razorpayStage, REPEATED, WANTED } from "./razorpay-stage";

const { standIn, restart, client, sent, keysRead, pauses } = razorpayStage();

describe("creating an order", () => {
  test("sends the receipt and paise as an integer, without partial payments", async () => {
    const order = await client().ensureOrder(WANTED, NEW);
    expect(standIn().calls).toEqual([
      {
        method: "POST",
        path: "/v1/orders",
        body: { amount: 261_000, currency: "INR", receipt: WANTED.receipt, partial_payment: false },
      },
    ]);
    expect(standIn().orders).toEqual([expect.objectContaining({ id: order.id, amount: 261_000 })]);
    expect(order).toEqual({ id: order.id, amountPaise: 261_000, currency: "INR" });
  });

  test("searches first if an earlier call may have created it, and creates it if not found", async () => {
    const created = await client().ensureOrder(WANTED, REPEATED);
    const found = await client().ensureOrder(WANTED, REPEATED);
    expect(found).toEqual(created);
    expect(sent()).toEqual([LOOK, CREATE, LOOK]);
  });

  test("uses the oldest of several, and ignores receipts that only contain this one", async () => {
    const item = (id: string, receipt: string, created_at: number): object => {
      return { id, entity: "order", amount: 261_000, currency: "INR", receipt, status: "created", created_at };
    };
    const items = [
      item("order_c", WANTED.receipt, 1_700_000_002),
      item("order_b", WANTED.receipt, 1_700_000_001),
      item("order_a", WANTED.receipt, 1_700_000_001),
      item("order_0", `${WANTED.receipt}-2`, 1_600_000_000),
    ];
    standIn().faults.push({ kind: 200, body: JSON.stringify({ entity: "collection", count: items.length, items }) });
    await expect(client().ensureOrder(WANTED, REPEATED)).resolves.toHaveProperty("id", "order_a");
  });

  test.each([
    ["amount", { amountPaise: 261_001 }],
    ["currency", { currency: "USD" }],
  ])("fails when the order that is there has another %s", async (_, other) => {
    const { id } = await client().ensureOrder(WANTED, NEW);
    const error = await failure(client().ensureOrder({ ...WANTED, ...other }, REPEATED));
    expect(error).toBeInstanceOf(RazorpayOrderDiffers);
    expect(error).toHaveProperty("orderId", id);
    expect(standIn().orders).toHaveLength(1);
  });

  test("uses the existing order if the account does not allow duplicate receipts", async () => {
    await restart({ uniqueReceipts: true });
    const created = await client().ensureOrder(WANTED, NEW);
    await expect(client().ensureOrder(WANTED, NEW)).resolves.toEqual(created);
    await expect(client().ensureOrder({ ...WANTED, amountPaise: 100 }, NEW)).rejects.toThrow(RazorpayOrderDiffers);
    expect(standIn().orders).toHaveLength(1);
  });
});

describe("an attempt that fails", () => {
  const faults: [string, RazorpayFault][] = [
    ["a connection that ends", { kind: "break" }],
    ["a connection that ends after the order was created", { kind: "break", done: true }],
    ["an error at Razorpay", { kind: 500 }],
    ["an error at Razorpay after the order was created", { kind: 500, done: true }],
    ["a gateway's page", { kind: 502, body: "<html>Bad Gateway</html>" }],
    ["a gateway's time-out after the order was created", { kind: 504, done: true, body: "" }],
    ["an answer that is not an order", { kind: 200, done: true, body: '{"id":"order_' }],
    ["a redirect, which the keys do not follow", { kind: 307, headers: { Location: "/v1/orders" } }],
    ["silence", { kind: "silence" }],
    ["silence after the order was created", { kind: "silence", done: true }],
  ];
  test.each(faults)("leaves one order: %s", async (_, fault) => {
    const time = new AbortController();
    standIn().faults.push({
      ...fault,
      onTaken: () => {
        time.abort();
      },
    });
    if (fault.kind === "silence") {
      // Only the attempt without an answer times out, and not before the stand-in has accepted it.
      jest.spyOn(AbortSignal, "timeout").mockReturnValueOnce(time.signal);
    }
    const order = await client().ensureOrder(WANTED, NEW);
    expect(standIn().orders.map(({ id }) => id)).toEqual([order.id]);
    expect(sent()).toEqual([CREATE, LOOK, ...(fault.done === true ? [] : [CREATE])]);
    expect(keysRead()).toEqual([false]);
  });

  test("is searched for in every later attempt", async () => {
    standIn().faults.push({ kind: "break", done: true }, { kind: 500 }, { kind: "break" });
    const order = await client({ attempts: 4 }).ensureOrder(WANTED, NEW);
    expect(standIn().orders.map(({ id }) => id)).toEqual([order.id]);
    expect(sent()).toEqual([CREATE, LOOK, LOOK, LOOK]);
  });

  test.each([
    ["no server", "ECONNREFUSED", undefined],
    ["a broken connection", "no answer", { kind: "break" }],
    ["an error", "it answers 503", { kind: 503 }],
    ["too many requests", "it answers 429", { kind: 429 }],
    ["an answer that is not JSON", "cannot be parsed", { kind: 200, body: "OK" }],
  ] as const)("is repeated until the attempts are used up: %s", async (_, reason, fault) => {
    if (fault === undefined) {
      await standIn().close();
    } else {
      standIn().faults.push(fault, fault, fault);
    }
    const error = await failure(client().ensureOrder(WANTED, NEW));
    expect(error).toBeInstanceOf(RazorpayUnavailable);
    expect(error).toHaveProperty("message", expect.stringContaining(reason));
    expect(standIn().calls).toHaveLength(fault === undefined ? 0 : 3);
    expect(pauses()).toHaveLength(2);
  });

  test("ends in time when nothing is answered", async () => {
    standIn().faults.push({ kind: "silence" }, { kind: "silence" });
    await expect(client({ attempts: 2, timeoutMs: 50 }).ensureOrder(WANTED, NEW)).rejects.toThrow("no answer in time");
  });

  test("is followed by pauses that grow, up to two seconds", async () => {
    standIn().faults.push(...Array.from({ length: 6 }, (): RazorpayFault => ({ kind: 500 })));
    await failure(client({ attempts: 6 }).ensureOrder(WANTED, NEW));
    [500, 1_000, 2_000, 2_000, 2_000].forEach((most, index) => {
      expect(pauses()[index]).toBeGreaterThanOrEqual(most / 2);
      expect(pauses()[index]).toBeLessThanOrEqual(most);
    });
    expect(pauses()).toHaveLength(5);
  });
});

describe("too many requests", () => {
  test.each([
    ["2", 2_000],
    [new Date(0).toUTCString(), 250],
    ["soon", 250],
  ])("are repeated without a look, after what Retry-After asks for: %s", async (retryAfter, least) => {
    standIn().faults.push({ kind: 429, headers: { "Retry-After": retryAfter } });
    await client().ensureOrder(WANTED, NEW);
    expect(sent()).toEqual([CREATE, CREATE]);
    expect(pauses()).toHaveLength(1);
    expect(pauses()[0]).toBeGreaterThanOrEqual(least);
    expect(pauses()[0]).toBeLessThanOrEqual(2_000);
  });

  test.each([
    ["3", 3],
    ["86400", 86_400],
  ])("are not repeated where Retry-After asks for %s seconds", async (retryAfter, seconds) => {
    standIn().faults.push({ kind: 429, headers: { "Retry-After": retryAfter } });
    const error = await failure(client().ensureOrder(WANTED, NEW));
    expect(error).toBeInstanceOf(RazorpayUnavailable);
    expect(error).toMatchObject({ status: 429, retryAfterSeconds: seconds });
    expect(sent()).toEqual([CREATE]);
    expect(pauses()).toEqual([]);
  });
});

describe("a request that Razorpay rejects", () => {
  test.each([
    ["an amount below a rupee", { amountPaise: 99 }, "The amount must be at least INR 1.00"],
    ["half a paisa", { amountPaise: 100.5 }, "The amount must be an integer."],
    ["another currency", { currency: "XXX" }, "Currency is not supported"],
  ])("is not repeated: %s", async (_, wrong, description) => {
    const error = await failure(client().ensureOrder({ ...WANTED, ...wrong }, NEW));
    expect(error).toBeInstanceOf(RazorpayRejected);
    expect(error).toMatchObject({ status: 400, code: "BAD_REQUEST_ERROR", description });
    expect(inspect(error)).not.toContain(WANTED.receipt);
    expect(sent()).toEqual([CREATE]);
  });

  test("fails as such if the answer has no reason", async () => {
    standIn().faults.push({ kind: 403, body: "<html>Forbidden</html>" });
    const error = await failure(client().ensureOrder(WANTED, NEW));
    expect(error).toBeInstanceOf(RazorpayRejected);
    expect(error).toHaveProperty("status", 403);
  });
});
