import { isSigned } from "../../../../src/functions/app/razorpay-signature";
import { SAMPLE_WEBHOOK_SECRET } from "../../../../tools/develop/local-app/razorpay-stand-in";
import { NEW, razorpayStage, WANTED } from "../../../functions/app/razorpay-stage";

const { standIn, client } = razorpayStage();

describe("the stand-in for Razorpay", () => {
  test.each([
    ["payment.authorized", { status: "authorized", captured: false, error_code: null }],
    ["payment.captured", { status: "captured", captured: true, error_code: null }],
    ["payment.failed", { status: "failed", captured: false, error_code: "BAD_REQUEST_ERROR" }],
    ["refund.processed", { status: "refunded", amount_refunded: 261_000, refund_status: "full" }],
  ] as const)("signs %s, with the payment of the order", async (event, payment) => {
    const { id } = await client().ensureOrder(WANTED, NEW);
    const { body, headers } = standIn().webhook(event, id, { paymentId: "pay_sample" });
    expect(isSigned(body, headers["X-Razorpay-Signature"], SAMPLE_WEBHOOK_SECRET)).toBe(true);
    expect(JSON.parse(body.toString())).toMatchObject({
      event,
      payload: {
        payment: { entity: { id: "pay_sample", order_id: id, amount: 261_000, currency: "INR", ...payment } },
      },
    });
  });

  test("allows duplicate receipts", async () => {
    const [one, other] = [await client().ensureOrder(WANTED, NEW), await client().ensureOrder(WANTED, NEW)];
    expect(one.id).not.toBe(other.id);
    expect(standIn().orders.map(({ id, receipt }) => [id, receipt])).toEqual([
      [one.id, WANTED.receipt],
      [other.id, WANTED.receipt],
    ]);
  });
});
