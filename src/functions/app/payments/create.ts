import { randomUUID } from "node:crypto";
import type { ClientBase } from "pg";
import type * as z from "zod/mini";
import {
  audit,
  findOrder,
  findPayment,
  insertPayment,
  lockIdempotencyKey,
  setProviderOrder,
} from "../../../database/payments";
import type { OrderRow, PaymentRow } from "../../../database/queries";
import { inTransaction } from "../../../database/transaction";
import type { Database } from "../database";
import { CURRENCY, paiseOf } from "../money";
import { problems } from "../problems";
import { LEAST_PAISE, type Razorpay } from "../razorpay";
import type { PaymentAnswer, PaymentRequest } from "../schemas";

/** A payment that a caller requests. */
export interface RequestedPayment extends z.infer<typeof PaymentRequest> {
  /** The same for every retry of a request, and for nothing else. */
  readonly idempotencyKey: string;
  /** As the API and the function log it. */
  readonly requestId: string;
}

/** A payment in the database, before or after its order at Razorpay was created. */
type IntendedPayment = Pick<PaymentRow, "public_id" | "amount" | "currency" | "provider_order_id">;

/** What was found or recorded before Razorpay is called. */
interface Intent {
  readonly payment: IntendedPayment;
  /** True if an earlier request may have reached Razorpay. */
  readonly mayExist: boolean;
}

/**
 * Creates a payment, once per idempotency key: first the intent in the database, then the order at Razorpay, whose
 * receipt is the payment's id, then the order's id in the database. A retry after a failure in between continues from
 * there. Concurrent requests take turns.
 *
 * @throws Problem that says what is wrong with the request, or when to send it again
 */
export function createPayment(
  database: Database,
  razorpay: Razorpay,
  requested: RequestedPayment,
): Promise<z.infer<typeof PaymentAnswer>> {
  return database.session(async (client) => {
    await lockIdempotencyKey(client, requested.idempotencyKey);
    const { payment, mayExist } = await findOrRecordIntent(client, requested);
    const { public_id: paymentId, amount, currency } = payment;
    const answer = (razorpayOrderId: string): z.infer<typeof PaymentAnswer> => {
      return { payment_id: paymentId, razorpay_order_id: razorpayOrderId, amount, currency };
    };
    if (payment.provider_order_id !== null) {
      return answer(payment.provider_order_id);
    }
    const order = await razorpay.ensureOrder(
      { receipt: paymentId, amountPaise: paiseOf(amount), currency },
      { mayExist },
    );
    await inTransaction(client, async () => {
      await setProviderOrder(client, paymentId, order.id);
      await audit(client, { action: "payment.created", paymentId, requestId: requested.requestId });
    });
    return answer(order.id);
  });
}

async function findOrRecordIntent(client: ClientBase, requested: RequestedPayment): Promise<Intent> {
  const payment = await findPayment(client, requested.idempotencyKey);
  if (payment === undefined) {
    return { payment: await recordIntent(client, requested), mayExist: false };
  }
  if (payment.order_public_id !== requested.order_id.toLowerCase() || payment.amount !== requested.amount) {
    throw problems.keyReused();
  }
  if (payment.provider_order_id === null) {
    // Since the failed request, the order may have been paid with another key, or cancelled.
    await payableOrder(client, requested);
  }
  return { payment, mayExist: true };
}

async function recordIntent(client: ClientBase, requested: RequestedPayment): Promise<IntendedPayment> {
  const order = await payableOrder(client, requested);
  const { amount, idempotencyKey, requestId } = requested;
  const paymentId = randomUUID();
  await inTransaction(client, async () => {
    await insertPayment(client, { paymentId, order, idempotencyKey, amount });
    await audit(client, { action: "payment.intended", paymentId, requestId });
  });
  return { public_id: paymentId, amount, currency: order.currency, provider_order_id: null };
}

async function payableOrder(client: ClientBase, { order_id: orderId, amount }: RequestedPayment): Promise<OrderRow> {
  const order = await findOrder(client, orderId);
  if (order === undefined) {
    throw problems.noOrder();
  }
  if (order.status !== "pending") {
    throw problems.orderNotPayable(order.status);
  }
  if (order.currency !== CURRENCY) {
    throw problems.wrongCurrency(order.currency);
  }
  if (order.total_amount !== amount) {
    throw problems.wrongAmount(order.total_amount, amount);
  }
  if (paiseOf(amount) < LEAST_PAISE) {
    throw problems.amountTooSmall(amount);
  }
  return order;
}
