import type { RazorpayStandIn } from "../../tools/develop/local-app/razorpay-stand-in";
import type { Answer } from "./answer";
import { SAMPLE_ORDER, signed } from "./payment-requests";
import { AUDIT, PAYMENTS, paymentsStage } from "./payments-stage";

type Event = Parameters<RazorpayStandIn["webhook"]>[0];

const stage = paymentsStage();
const { standIn, errors, rows } = stage;

const ORDER_STATUS = `SELECT status FROM orders WHERE public_id = '${SAMPLE_ORDER}'`;

/** Log messages about payments that no order expects. */
const SECOND = "received a second payment for an order";
const NOT_AWAITED = "received a payment that its order does not expect";

/** Creates a payment. @returns its order at Razorpay */
async function paid(): Promise<string> {
  const { body } = await stage.create("key-webhooks-0001");
  return String(body.razorpay_order_id);
}

function tell(event: Event, razorpayOrder: string, paymentId = "pay_sample00000009"): Promise<Answer> {
  const { body, headers } = standIn().webhook(event, razorpayOrder, { paymentId });
  return stage.tell(headers, body);
}

describe("what Razorpay reports", () => {
  test("is recorded once: the payment is captured, its order confirmed", async () => {
    const order = await paid();
    expect(await tell("payment.captured", order)).toMatchObject({ status: 200, body: { status: "recorded" } });
    expect(await tell("payment.captured", order)).toMatchObject({ status: 200, body: { status: "ignored" } });
    expect(await rows(PAYMENTS)).toMatchObject([{ status: "captured", provider_payment_id: "pay_sample00000009" }]);
    expect(await rows(ORDER_STATUS)).toEqual([{ status: "confirmed" }]);
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

  test("is refused without a signature, and if one byte of the body differs", async () => {
    const order = await paid();
    const { body, headers } = standIn().webhook("payment.captured", order);
    const changed = Buffer.from(body);
    changed.writeUInt8(changed.readUInt8(10) ^ 1, 10);
    expect(await stage.tell(headers, changed)).toMatchObject({ status: 401 });
    const unsigned = Object.fromEntries(Object.entries(headers).filter(([name]) => !/signature/i.test(name)));
    expect(await stage.tell(unsigned, body)).toMatchObject({ status: 401, body: { title: "Not Signed" } });
    expect(await rows(PAYMENTS)).toMatchObject([{ status: "created" }]);
  });

  test("about a payment that this shop did not create changes nothing", async () => {
    await paid();
    await rows("UPDATE payments SET provider_order_id = 'order_elsewhere' WHERE provider_payment_id IS NULL");
    const [order] = standIn().orders.slice(-1);
    expect(await tell("payment.captured", String(order?.id))).toMatchObject({ body: { status: "ignored" } });
    expect(await rows(PAYMENTS)).toMatchObject([{ status: "created" }]);
  });

  test.each([
    ["another amount", { amount: 100 }],
    ["another currency", { currency: "USD" }],
  ])(
    "of %s is no payment of the order, and an error that somebody looks into, once it holds money",
    async (_, other) => {
      const order = await paid();
      const told: Answer[] = [];
      for (const name of ["payment.failed", "payment.failed", "payment.captured", "payment.captured"] as const) {
        const { body } = standIn().webhook(name, order);
        const event = JSON.parse(Buffer.from(body).toString()) as { payload: { payment: { entity: object } } };
        Object.assign(event.payload.payment.entity, other);
        const changed = signed(JSON.stringify(event));
        told.push(await stage.tell(changed.headers, Buffer.from(changed.body)));
      }
      expect(told.map(({ status, body }) => [status, body.status])).toEqual([
        [200, "recorded"],
        [200, "ignored"],
        [200, "recorded"],
        [200, "ignored"],
      ]);
      expect(await rows(PAYMENTS)).toMatchObject([{ status: "created" }]);
      expect(await rows(ORDER_STATUS)).toEqual([{ status: "pending" }]);
      expect((await rows(AUDIT)).slice(2)).toEqual([
        { action: "mismatched_payment.failed" },
        { action: "mismatched_payment.captured" },
      ]);
      expect(errors()).toEqual(["received a payment with the wrong amount"]);
    },
  );

  test.each([
    ["is cancelled", "status = 'cancelled', cancelled_at = now()", "cancelled"],
    ["is deleted", "deleted_at = now()", "pending"],
    ["costs more now", "items_amount = items_amount + 5000", "pending"],
  ])("about an order that %s is recorded, and logged as an error", async (_, change, status) => {
    const order = await paid();
    await rows(`UPDATE orders SET ${change} WHERE public_id = '${SAMPLE_ORDER}'`);
    expect(await tell("payment.captured", order)).toMatchObject({ body: { status: "recorded" } });
    expect(await rows(PAYMENTS)).toMatchObject([{ status: "captured" }]);
    expect(await rows(ORDER_STATUS)).toEqual([{ status }]);
    expect(errors()).toEqual([NOT_AWAITED]);
  });

  test.each<[string, string, string, string[]]>([
    ["captured B, refunded A", "captured B", "confirmed", []],
    ["captured B, captured A", "captured B", "confirmed", [SECOND]],
    ["refunded A, captured B", "captured B", "confirmed", []],
    ["refunded A, captured A", "refunded A", "pending", []],
    ["failed A, captured B", "captured B", "confirmed", []],
    ["failed A, failed B", "failed A", "pending", []],
    ["failed B, refunded A, captured A", "refunded A", "pending", []],
    ["authorized B, refunded A, captured A", "refunded A", "pending", []],
    ["captured A, refunded A, captured B", "captured B", "confirmed", [NOT_AWAITED]],
    ["captured A, refunded A, captured B, refunded B, captured A", "refunded B", "confirmed", [NOT_AWAITED]],
    ["captured A, captured B, refunded A", "captured B", "confirmed", [SECOND]],
    ["captured A, captured B, refunded B", "captured A", "confirmed", [SECOND]],
    ["captured A, captured B, captured B", "captured A", "confirmed", [SECOND]],
  ])("keeps attempts of one order apart: %s", async (events, payment, order, complaints) => {
    const razorpayOrder = await paid();
    for (const [, status = "", attempt = ""] of events.matchAll(/(\w+) (\w)/g)) {
      await tell(status === "refunded" ? "refund.processed" : (`payment.${status}` as Event), razorpayOrder, attempt);
    }
    const [status, provider_payment_id] = payment.split(" ");
    expect(await rows(PAYMENTS)).toMatchObject([{ status, provider_payment_id }]);
    expect(await rows(ORDER_STATUS)).toEqual([{ status: order }]);
    expect(errors()).toEqual(complaints);
  });

  test("about a payment that another package recorded changes nothing", async () => {
    const order = await paid();
    await rows("UPDATE payments SET status = 'captured', provider_payment_id = 'A' WHERE status = 'created'");
    expect(await tell("payment.captured", order, "A")).toMatchObject({ body: { status: "ignored" } });
    expect(await tell("refund.processed", order, "A")).toMatchObject({ body: { status: "recorded" } });
    expect(await rows(PAYMENTS)).toMatchObject([{ status: "refunded", provider_payment_id: "A" }]);
  });

  test("is ignored if the app has no use for the event, whatever its contents", async () => {
    const body = Buffer.from('{"event":"invoice.paid","payload":[]}');
    const { headers } = signed(body);
    expect(await stage.tell(headers, body)).toMatchObject({ status: 200, body: { status: "ignored" } });
  });
});
