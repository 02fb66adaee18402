import { createHmac } from "node:crypto";
import type { Client, ClientConfig } from "pg";
import { Client as PgClient } from "pg";
import { createApp, type AppDependencies } from "../../src/app/app";
import { Database } from "../../src/app/database";
import { Razorpay } from "../../src/app/razorpay";
import { runCommand } from "../../src/database/command";
import { ConnectionFailure } from "../../src/database/connection";
import {
  SAMPLE_KEYS,
  SAMPLE_WEBHOOK_SECRET,
  startRazorpayStandIn,
  type RazorpayStandIn,
} from "../../tools/app/razorpay-stand-in";
import { testServer } from "../helpers/database";

/** The sample order that waits for its payment. */
const ORDER = "00000000-0000-4000-8000-000000000402";
const AMOUNT = "1250.00";

const server = testServer();
const output = jest.spyOn(process.stdout, "write");
const state: { standIn?: RazorpayStandIn; config?: ClientConfig; owner?: Client; databases: number } = { databases: 0 };

beforeAll(async () => {
  state.standIn = await startRazorpayStandIn();
  output.mockReturnValue(true);
});
afterAll(async () => {
  output.mockRestore();
  await state.standIn?.close();
});
beforeEach(async () => {
  output.mockClear();
  state.databases += 1;
  state.config = await server.database(`payments_${String(state.databases)}`);
  state.owner = await server.connect(state.config);
  await runCommand(state.owner, { command: "migrate" }, { protectData: false });
  await runCommand(state.owner, { command: "seed" }, { protectData: false });
});

const standIn = (): RazorpayStandIn => {
  if (!state.standIn) {
    throw new Error("It is started before the first test");
  }
  return state.standIn;
};

/** Orders that the stand-in made since a point in time. */
const ordersSince = (count: number): number => standIn().orders.length - count;

function app(changes: Partial<AppDependencies> = {}): ReturnType<typeof createApp> {
  const connect = async (): Promise<Client> => {
    const client = new PgClient(state.config);
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  return createApp({
    allowedOrigin: "https://shop.example",
    database: new Database({ connect }),
    razorpay: new Razorpay({
      url: standIn().url,
      keys: () => Promise.resolve(SAMPLE_KEYS),
      timeoutMs: 300,
      pause: () => Promise.resolve(),
    }),
    webhookSecret: () => Promise.resolve(SAMPLE_WEBHOOK_SECRET),
    checks: {
      configuration: () => Promise.resolve(),
      secrets: () => Promise.resolve(),
      database: () => Promise.resolve(),
    },
    ...changes,
  });
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly retryAfter: string | null;
}

async function answered(response: Response | Promise<Response>): Promise<Answer> {
  const got = await response;
  return {
    status: got.status,
    retryAfter: got.headers.get("Retry-After"),
    body: (await got.json()) as Record<string, unknown>,
  };
}

function create(
  key: string,
  {
    order = ORDER,
    amount = AMOUNT,
    changes = {},
  }: { order?: string; amount?: string; changes?: Partial<AppDependencies> } = {},
): Promise<Answer> {
  return answered(
    app(changes).request("/payments/create", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key },
      body: JSON.stringify({ order_id: order, amount }),
    }),
  );
}

async function rows(query: string): Promise<unknown[]> {
  return (await state.owner?.query<Record<string, unknown>>(query))?.rows ?? [];
}

const PAYMENTS =
  "SELECT status, amount, provider_order_id, provider_payment_id, failure_code FROM payments WHERE idempotency_key NOT LIKE 'sample%'";
const AUDIT = "SELECT action FROM audit_log WHERE actor = 'app' ORDER BY id";

describe("creating a payment", () => {
  test("makes one order at Razorpay, in paise, and records both in the database", async () => {
    const before = standIn().orders.length;
    const { status, body } = await create("key-creates-00001");
    expect(status).toBe(201);
    const [order] = standIn().orders.slice(before);
    expect(order).toMatchObject({ amount: 125000, currency: "INR", receipt: body.payment_id });
    expect(body).toEqual({
      payment_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      razorpay_order_id: order?.id,
      amount: AMOUNT,
      currency: "INR",
    });
    expect(await rows(PAYMENTS)).toEqual([
      {
        status: "created",
        amount: AMOUNT,
        provider_order_id: order?.id,
        provider_payment_id: null,
        failure_code: null,
      },
    ]);
    expect(await rows(AUDIT)).toEqual([{ action: "payment.intended" }, { action: "payment.created" }]);
  });

  test("gives the same answer to the same key, later and at once", async () => {
    const before = standIn().orders.length;
    const first = await create("key-repeated-0001");
    const others = await Promise.all(Array.from({ length: 5 }, () => create("key-repeated-0001")));
    expect(others).toEqual(others.map(() => first));
    const together = await Promise.all(Array.from({ length: 6 }, () => create("key-together-0001")));
    expect(new Set(together.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(ordersSince(before)).toBe(2);
  });

  test.each([
    ["another order", { order: "00000000-0000-4000-8000-000000000401" }],
    ["another amount", { amount: "1250.01" }],
  ])("refuses a key that belongs to a request for %s", async (_, changed) => {
    await create("key-reused-000001");
    expect(await create("key-reused-000001", changed)).toMatchObject({
      status: 422,
      body: { title: "Idempotency Key Reused" },
    });
    expect(await rows(PAYMENTS)).toHaveLength(1);
  });

  test.each([
    [404, "Not Found", { order: "00000000-0000-4000-8000-00000000ffff" }],
    [409, "Order Not Payable", { order: "00000000-0000-4000-8000-000000000401", amount: "2610.00" }],
    [422, "Wrong Amount", { amount: "1250.01" }],
  ])("answers %i %s, and asks Razorpay nothing", async (status, title, request) => {
    const calls = standIn().calls.length;
    expect(await create("key-refused-00001", request)).toMatchObject({ status, body: { title } });
    expect(standIn().calls).toHaveLength(calls);
    expect(await rows(PAYMENTS)).toEqual([]);
  });

  test("goes on where a request died between Razorpay and the database", async () => {
    const before = standIn().orders.length;
    const razorpay = new Razorpay({ url: standIn().url, keys: () => Promise.resolve(SAMPLE_KEYS) });
    const dying = {
      ensureOrder: async (...request: Parameters<Razorpay["ensureOrder"]>) => {
        const order = await razorpay.ensureOrder(...request);
        await state.owner?.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
        return order;
      },
    } as unknown as Razorpay;
    const died = await create("key-died-00000001", { changes: { razorpay: dying } });
    expect(died).toMatchObject({ status: 503, retryAfter: "3" });
    expect(await rows(PAYMENTS)).toMatchObject([{ provider_order_id: null }]);
    const again = await create("key-died-00000001");
    expect(again.status).toBe(201);
    expect(ordersSince(before)).toBe(1);
    expect(await rows(AUDIT)).toEqual([{ action: "payment.intended" }, { action: "payment.created" }]);
  });

  test("says when to come back where Razorpay does not answer, and makes one order then", async () => {
    const before = standIn().orders.length;
    standIn().faults.push({ kind: "silence", done: true }, { kind: 500 }, { kind: "break" });
    expect(await create("key-silence-00001")).toMatchObject({ status: 503, retryAfter: "10" });
    expect((await create("key-silence-00001")).status).toBe(201);
    expect(ordersSince(before)).toBe(1);
  });

  test("goes on with an order only as long as it is to be paid", async () => {
    standIn().faults.push({ kind: 500 }, { kind: 500 }, { kind: 500 });
    expect(await create("key-overtaken-001")).toMatchObject({ status: 503 });
    await state.owner?.query(`UPDATE orders SET status = 'confirmed' WHERE public_id = '${ORDER}'`);
    const before = standIn().orders.length;
    expect(await create("key-overtaken-001")).toMatchObject({ status: 409, body: { title: "Order Not Payable" } });
    expect(ordersSince(before)).toBe(0);
  });

  test("works as the app's role, in a session that ends by itself when nobody closes it", async () => {
    const connect = async (): Promise<Client> => {
      const client = new PgClient(state.config);
      await client.connect();
      return client;
    };
    const { rows: found } = await new Database({ connect }).session((client) =>
      client.query(`
        SELECT current_user AS role, current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
          current_setting('idle_session_timeout') AS idle`),
    );
    expect(found).toEqual([{ role: "aleenascuisine_app", statement: "5s", lock: "3s", idle: "30s" }]);
  });

  test("says when to come back while the database wakes, and asks Razorpay nothing", async () => {
    const calls = standIn().calls.length;
    const asleep = new Database({
      connect: () => Promise.reject(new ConnectionFailure("no answer", "The database does not answer")),
    });
    expect(await create("key-waking-000001", { changes: { database: asleep } })).toMatchObject({
      status: 503,
      retryAfter: "10",
    });
    expect(standIn().calls).toHaveLength(calls);
  });
});

describe("what Razorpay tells", () => {
  type Event = Parameters<RazorpayStandIn["webhook"]>[0];

  async function paid(): Promise<string> {
    const { body } = await create("key-webhooks-0001");
    return String(body.razorpay_order_id);
  }

  function tell(
    event: Event,
    razorpayOrder: string,
    { paymentId = "pay_sample00000009", ...changed }: { body?: Uint8Array; paymentId?: string } = {},
  ): Promise<Answer> {
    const { body, headers } = standIn().webhook(event, razorpayOrder, { paymentId });
    return answered(
      app().request("/payments/webhook", { method: "POST", headers, body: Buffer.from(changed.body ?? body) }),
    );
  }

  /** What the app has logged as an error since the test began. */
  const errors = (): string[] =>
    output.mock.calls
      .map(([line]) => JSON.parse(String(line)) as Record<string, string>)
      .flatMap(({ level, message = "" }) => (level === "ERROR" ? [message] : []));

  test("is recorded once: the payment is captured, its order confirmed", async () => {
    const order = await paid();
    expect(await tell("payment.captured", order)).toMatchObject({ status: 200, body: { status: "recorded" } });
    expect(await tell("payment.captured", order)).toMatchObject({ status: 200, body: { status: "ignored" } });
    expect(await rows(PAYMENTS)).toMatchObject([{ status: "captured", provider_payment_id: "pay_sample00000009" }]);
    expect(await rows(`SELECT status FROM orders WHERE public_id = '${ORDER}'`)).toEqual([{ status: "confirmed" }]);
    expect((await rows(AUDIT)).slice(2)).toEqual([{ action: "payment.captured" }]);
  });

  test.each<[Event[], string]>([
    [["payment.authorized", "payment.captured", "payment.authorized"], "captured"],
    [["payment.failed", "payment.captured", "payment.failed"], "captured"],
    [["payment.captured", "refund.processed", "payment.captured"], "refunded"],
    [["payment.failed"], "failed"],
  ])("only moves a status forward: %j ends as %s", async (events, status) => {
    const order = await paid();
    for (const event of events) {
      await tell(event, order);
    }
    expect(await rows(PAYMENTS)).toMatchObject([{ status }]);
  });

  test("at the same moment is recorded once", async () => {
    const order = await paid();
    const answers = await Promise.all(Array.from({ length: 6 }, () => tell("payment.captured", order)));
    expect(answers.filter(({ body }) => body.status === "recorded")).toHaveLength(1);
    expect((await rows(AUDIT)).slice(2)).toEqual([{ action: "payment.captured" }]);
  });

  test("is refused without its signature, and when a byte of the body is another", async () => {
    const order = await paid();
    const { body, headers } = standIn().webhook("payment.captured", order);
    const changed = Buffer.from(body);
    changed.writeUInt8(changed.readUInt8(10) ^ 1, 10);
    expect(await tell("payment.captured", order, { body: changed })).toMatchObject({ status: 401 });
    const unsigned = Object.fromEntries(Object.entries(headers).filter(([name]) => !/signature/i.test(name)));
    const response = app().request("/payments/webhook", { method: "POST", headers: unsigned, body: Buffer.from(body) });
    expect(await answered(response)).toMatchObject({ status: 401, body: { title: "Not Signed" } });
    expect(await rows(PAYMENTS)).toMatchObject([{ status: "created" }]);
  });

  test("of a payment that this shop did not create changes nothing", async () => {
    await paid();
    await state.owner?.query(
      "UPDATE payments SET provider_order_id = 'order_elsewhere' WHERE provider_payment_id IS NULL",
    );
    const [order] = standIn().orders.slice(-1);
    expect(await tell("payment.captured", String(order?.id))).toMatchObject({ body: { status: "ignored" } });
    expect(await rows(PAYMENTS)).toMatchObject([{ status: "created" }]);
  });

  test("of another amount is no payment of the order, and an error that somebody looks into", async () => {
    const order = await paid();
    await state.owner?.query("UPDATE payments SET amount = 1.00 WHERE provider_payment_id IS NULL");
    expect(await tell("payment.captured", order)).toMatchObject({ status: 200, body: { status: "ignored" } });
    expect(await rows(PAYMENTS)).toMatchObject([{ status: "created" }]);
    expect((await rows(AUDIT)).slice(2)).toEqual([{ action: "payment.mismatched" }]);
    expect(errors()).toEqual(["a payment of another amount"]);
  });

  test("of an order that is not pending any more is recorded, and an error that somebody looks into", async () => {
    const order = await paid();
    await state.owner?.query(
      `UPDATE orders SET status = 'cancelled', cancelled_at = now() WHERE public_id = '${ORDER}'`,
    );
    expect(await tell("payment.captured", order)).toMatchObject({ body: { status: "recorded" } });
    expect(errors()).toEqual(["a payment of an order that was not pending"]);
  });

  test.each<[[Event, string][], string, string]>([
    [
      [
        ["payment.captured", "pay_two"],
        ["refund.processed", "pay_one"],
      ],
      "captured",
      "pay_two",
    ],
    [
      [
        ["payment.captured", "pay_two"],
        ["payment.captured", "pay_one"],
      ],
      "captured",
      "pay_two",
    ],
    [
      [
        ["refund.processed", "pay_one"],
        ["payment.captured", "pay_two"],
      ],
      "captured",
      "pay_two",
    ],
    [
      [
        ["refund.processed", "pay_one"],
        ["payment.captured", "pay_one"],
      ],
      "refunded",
      "pay_one",
    ],
    [
      [
        ["payment.failed", "pay_one"],
        ["payment.captured", "pay_two"],
      ],
      "captured",
      "pay_two",
    ],
  ])("keeps attempts of one order apart: %j ends as %s of %s", async (events, status, payment) => {
    const order = await paid();
    for (const [event, paymentId] of events) {
      await tell(event, order, { paymentId });
    }
    expect(await rows(PAYMENTS)).toMatchObject([{ status, provider_payment_id: payment }]);
  });

  test("of a kind that is none of the app's business is ignored, whatever is in it", async () => {
    const body = Buffer.from('{"event":"invoice.paid","payload":[]}');
    const signature = createHmac("sha256", SAMPLE_WEBHOOK_SECRET).update(body).digest("hex");
    const headers = { "Content-Type": "application/json", "X-Razorpay-Signature": signature };
    const response = app().request("/payments/webhook", { method: "POST", headers, body });
    expect(await answered(response)).toMatchObject({ status: 200, body: { status: "ignored" } });
  });
});
