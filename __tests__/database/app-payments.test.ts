import { Database } from "../../src/functions/app/database";
import type { Razorpay } from "../../src/functions/app/razorpay";
import { ConnectionFailure } from "../../src/database/connection";
import { SAMPLE_ORDER } from "./payment-requests";
import { insist } from "./answer";
import { AMOUNT, AUDIT, PAYMENTS, paymentsStage } from "./payments-stage";

const stage = paymentsStage();
const { standIn, create, rows } = stage;

/** Orders that the stand-in created since a point in time. */
const ordersSince = (count: number): number => standIn().orders.length - count;

describe("creating a payment", () => {
  test("creates one order at Razorpay, in paise, and records both in the database", async () => {
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
    const others = await Promise.all(Array.from({ length: 5 }, () => insist(() => create("key-repeated-0001"))));
    expect(others).toEqual(others.map(() => first));
    const together = await Promise.all(Array.from({ length: 6 }, () => insist(() => create("key-together-0001"))));
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
  ])("answers %i %s, and does not call Razorpay", async (status, title, request) => {
    const calls = standIn().calls.length;
    expect(await create("key-refused-00001", request)).toMatchObject({ status, body: { title } });
    expect(standIn().calls).toHaveLength(calls);
    expect(await rows(PAYMENTS)).toEqual([]);
  });

  test("refuses any other currency than that of the amounts", async () => {
    const calls = standIn().calls.length;
    await rows("DELETE FROM order_items");
    await rows(`UPDATE orders SET currency = 'JPY' WHERE public_id = '${SAMPLE_ORDER}'`);
    expect(await create("key-currency-0001")).toMatchObject({ status: 422, body: { title: "Wrong Currency" } });
    expect(standIn().calls).toHaveLength(calls);
    expect(await rows(PAYMENTS)).toEqual([]);
  });

  test("refuses less than Razorpay accepts", async () => {
    const calls = standIn().calls.length;
    await rows(`UPDATE orders SET items_amount = 0.99 WHERE public_id = '${SAMPLE_ORDER}'`);
    expect(await create("key-tiny-00000001", { amount: "0.99" })).toMatchObject({
      status: 422,
      body: { title: "Amount Too Small" },
    });
    expect(standIn().calls).toHaveLength(calls);
    expect(await rows(PAYMENTS)).toEqual([]);
    await rows(`UPDATE orders SET items_amount = 1 WHERE public_id = '${SAMPLE_ORDER}'`);
    expect((await create("key-tiny-00000001", { amount: "1.00" })).status).toBe(201);
  });

  test("accepts an order's id in capitals as the same", async () => {
    const order = "0a1b2c3d-0000-4000-8000-00000000abcd";
    await rows(`UPDATE orders SET public_id = '${order}' WHERE public_id = '${SAMPLE_ORDER}'`);
    const first = await create("key-capitals-0001", { order });
    expect(await create("key-capitals-0001", { order: order.toUpperCase() })).toEqual(first);
  });

  test("limits the wait that the payment provider asks for", async () => {
    standIn().faults.push({ kind: 429, headers: { "Retry-After": "86400" } });
    expect(await create("key-patient-00001")).toMatchObject({ status: 503, retryAfter: 60 });
  });

  test("continues after a request that failed between Razorpay and the database", async () => {
    const before = standIn().orders.length;
    const razorpay = stage.razorpay();
    const dying = {
      ensureOrder: async (...request: Parameters<Razorpay["ensureOrder"]>) => {
        const order = await razorpay.ensureOrder(...request);
        await rows(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
        return order;
      },
    } as unknown as Razorpay;
    const died = await create("key-died-00000001", { app: { razorpay: dying } });
    expect(died).toMatchObject({ status: 503, retryAfter: 3 });
    expect(await rows(PAYMENTS)).toMatchObject([{ provider_order_id: null }]);
    const again = await create("key-died-00000001");
    expect(again.status).toBe(201);
    expect(ordersSince(before)).toBe(1);
    expect(await rows(AUDIT)).toEqual([{ action: "payment.intended" }, { action: "payment.created" }]);
  });

  test("answers when to retry if Razorpay does not answer, and then creates one order", async () => {
    const before = standIn().orders.length;
    standIn().faults.push({ kind: "silence", done: true }, { kind: 500 }, { kind: "break" });
    const impatient = { razorpay: stage.razorpay(300) };
    expect(await create("key-silence-00001", { app: impatient })).toMatchObject({ status: 503, retryAfter: 10 });
    expect((await create("key-silence-00001")).status).toBe(201);
    expect(ordersSince(before)).toBe(1);
  });

  test("continues with an order only while it can be paid", async () => {
    standIn().faults.push({ kind: 500 }, { kind: 500 }, { kind: 500 });
    expect(await create("key-overtaken-001")).toMatchObject({ status: 503 });
    await rows(`UPDATE orders SET status = 'confirmed' WHERE public_id = '${SAMPLE_ORDER}'`);
    const before = standIn().orders.length;
    expect(await create("key-overtaken-001")).toMatchObject({ status: 409, body: { title: "Order Not Payable" } });
    expect(ordersSince(before)).toBe(0);
  });

  test("works as the app's role, in a session that ends on its own if nobody closes it", async () => {
    const { rows: found } = await new Database({ connect: stage.connect }).session((client) =>
      client.query(`
        SELECT current_user AS role, current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
          current_setting('idle_session_timeout') AS idle, current_setting('idle_in_transaction_session_timeout') AS open`),
    );
    expect(found).toEqual([{ role: "aleenascuisine_app", statement: "5s", lock: "3s", idle: "30s", open: "10s" }]);
  });

  test("answers when to retry while the database wakes up, and does not call Razorpay", async () => {
    const calls = standIn().calls.length;
    const asleep = new Database({
      connect: () => Promise.reject(new ConnectionFailure("no answer", "The database does not answer")),
    });
    expect(await create("key-waking-000001", { app: { database: asleep } })).toMatchObject({
      status: 503,
      retryAfter: 10,
    });
    expect(standIn().calls).toHaveLength(calls);
  });
});
