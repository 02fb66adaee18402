import type { RazorpayStandIn } from "../../tools/app/razorpay-stand-in";
import { SAMPLE_ORDER, signed } from "./payment-requests";
import { AUDIT, PAYMENTS, paymentsStage, type Answer } from "./payments-stage";

type Event = Parameters<RazorpayStandIn["webhook"]>[0];

const stage = paymentsStage();
const { standIn, errors, rows } = stage;

/** Creates a payment. @returns its order at Razorpay */
async function paid(): Promise<string> {
  const { body } = await stage.create("key-webhooks-0001");
  return String(body.razorpay_order_id);
}

function tell(event: Event, razorpayOrder: string, paymentId = "pay_sample00000009"): Promise<Answer> {
  const { body, headers } = standIn().webhook(event, razorpayOrder, { paymentId });
  return stage.tell(headers, body);
}

describe("what Razorpay tells", () => {
  test("is recorded once: the payment is captured, its order confirmed", async () => {
    const order = await paid();
    expect(await tell("payment.captured", order)).toMatchObject({ status: 200, body: { status: "recorded" } });
    expect(await tell("payment.captured", order)).toMatchObject({ status: 200, body: { status: "ignored" } });
    expect(await rows(PAYMENTS)).toMatchObject([{ status: "captured", provider_payment_id: "pay_sample00000009" }]);
    expect(await rows(`SELECT status FROM orders WHERE public_id = '${SAMPLE_ORDER}'`)).toEqual([
      { status: "confirmed" },
    ]);
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
    expect(await stage.tell(headers, changed)).toMatchObject({ status: 401 });
    const unsigned = Object.fromEntries(Object.entries(headers).filter(([name]) => !/signature/i.test(name)));
    expect(await stage.tell(unsigned, body)).toMatchObject({ status: 401, body: { title: "Not Signed" } });
    expect(await rows(PAYMENTS)).toMatchObject([{ status: "created" }]);
  });

  test("of a payment that this shop did not create changes nothing", async () => {
    await paid();
    await rows("UPDATE payments SET provider_order_id = 'order_elsewhere' WHERE provider_payment_id IS NULL");
    const [order] = standIn().orders.slice(-1);
    expect(await tell("payment.captured", String(order?.id))).toMatchObject({ body: { status: "ignored" } });
    expect(await rows(PAYMENTS)).toMatchObject([{ status: "created" }]);
  });

  test("of another amount is no payment of the order, and an error that somebody looks into", async () => {
    const order = await paid();
    await rows("UPDATE payments SET amount = 1.00 WHERE provider_payment_id IS NULL");
    expect(await tell("payment.captured", order)).toMatchObject({ status: 200, body: { status: "ignored" } });
    expect(await rows(PAYMENTS)).toMatchObject([{ status: "created" }]);
    expect((await rows(AUDIT)).slice(2)).toEqual([{ action: "payment.mismatched" }]);
    expect(errors()).toEqual(["a payment of another amount"]);
  });

  test("of an order that is not pending any more is recorded, and an error that somebody looks into", async () => {
    const order = await paid();
    await rows(`UPDATE orders SET status = 'cancelled', cancelled_at = now() WHERE public_id = '${SAMPLE_ORDER}'`);
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
      await tell(event, order, paymentId);
    }
    expect(await rows(PAYMENTS)).toMatchObject([{ status, provider_payment_id: payment }]);
  });

  test("of a kind that is none of the app's business is ignored, whatever is in it", async () => {
    const body = Buffer.from('{"event":"invoice.paid","payload":[]}');
    const { headers } = signed(body);
    expect(await stage.tell(headers, body)).toMatchObject({ status: 200, body: { status: "ignored" } });
  });
});
