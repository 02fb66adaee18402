import { randomUUID } from "node:crypto";
import type { ClientBase } from "pg";
import { orderByPublicId, paymentByIdempotencyKey } from "../../../database/queries";
import { inTransaction } from "../../../database/transaction";
import type { Database } from "../database";
import { CURRENCY, paiseOf } from "../money";
import { Problem } from "../problem";
import { LEAST_PAISE, type Razorpay } from "../razorpay";
import { audit } from "./audit";

/** A payment that is asked for. */
export interface WantedPayment {
  /** `public_id` of the order that is paid. */
  readonly orderId: string;
  /** Rupees with two decimals. */
  readonly amount: string;
  /** The same for repetitions of a request, and for nothing else. */
  readonly idempotencyKey: string;
  /** As the API and the function log it. */
  readonly requestId: string;
}

/** A payment that can be made: what Razorpay's checkout is opened with. */
export interface CreatedPayment {
  /** `public_id` of the payment. */
  readonly paymentId: string;
  readonly razorpayOrderId: string;
  /** Rupees with two decimals. */
  readonly amount: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** A row of paymentByIdempotencyKey, as far as it is read here. */
interface PaymentRow {
  readonly public_id: string;
  readonly order_public_id: string;
  readonly amount: string;
  readonly currency: string;
  readonly provider_order_id: string | null;
}

/** A row of orderByPublicId, as far as it is read here. */
interface OrderRow {
  readonly id: string;
  readonly status: string;
  readonly total_amount: string;
  readonly currency: string;
}

/** What was found or made before Razorpay is asked. */
interface Intent {
  readonly row: PaymentRow;
  /** True where an earlier request may have got as far as Razorpay. */
  readonly mayExist: boolean;
}

/**
 * Creates a payment, once for an idempotency key: in the database what is intended, then the order at Razorpay, whose
 * receipt is the payment's id, then its id in the database. A request that repeats one which died anywhere between goes
 * on from there, and two that arrive at once take turns.
 *
 * @throws Problem that says what is wrong with the request, or when to send it again
 */
export function createPayment(database: Database, razorpay: Razorpay, wanted: WantedPayment): Promise<CreatedPayment> {
  return database.session(async (client) => {
    // Held by the session: one that dies lets the next one in.
    await client.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", [wanted.idempotencyKey]);
    const { row, mayExist } = await intent(client, wanted);
    if (row.provider_order_id !== null) {
      return answer(row, row.provider_order_id);
    }
    const order = await razorpay.ensureOrder(
      { receipt: row.public_id, amountPaise: paiseOf(row.amount), currency: row.currency },
      { mayExist },
    );
    await inTransaction(client, async () => {
      await client.query("UPDATE payments SET provider_order_id = $2 WHERE public_id = $1", [row.public_id, order.id]);
      await audit(client, { action: "payment.created", paymentId: row.public_id, requestId: wanted.requestId });
    });
    return answer(row, order.id);
  });
}

function answer({ public_id: paymentId, amount, currency }: PaymentRow, razorpayOrderId: string): CreatedPayment {
  return { paymentId, razorpayOrderId, amount, currency };
}

async function intent(client: ClientBase, wanted: WantedPayment): Promise<Intent> {
  const { rows } = await client.query<PaymentRow>(paymentByIdempotencyKey.sql, [wanted.idempotencyKey]);
  const [row] = rows;
  if (row === undefined) {
    return { row: await intend(client, wanted), mayExist: false };
  }
  if (row.order_public_id !== wanted.orderId.toLowerCase() || row.amount !== wanted.amount) {
    throw new Problem(
      422,
      "Idempotency Key Reused",
      "The Idempotency-Key belongs to another request. Use a new one for each payment.",
    );
  }
  if (row.provider_order_id === null) {
    // The order may have been paid by another key, or cancelled, since the request that died.
    await payableOrder(client, wanted);
  }
  return { row, mayExist: true };
}

async function intend(client: ClientBase, wanted: WantedPayment): Promise<PaymentRow> {
  const order = await payableOrder(client, wanted);
  const paymentId = randomUUID();
  await inTransaction(client, async () => {
    await client.query(
      "INSERT INTO payments (public_id, order_id, idempotency_key, amount, currency) VALUES ($1, $2, $3, $4, $5)",
      [paymentId, order.id, wanted.idempotencyKey, wanted.amount, order.currency],
    );
    await audit(client, { action: "payment.intended", paymentId, requestId: wanted.requestId });
  });
  return {
    public_id: paymentId,
    order_public_id: wanted.orderId,
    amount: wanted.amount,
    currency: order.currency,
    provider_order_id: null,
  };
}

async function payableOrder(client: ClientBase, { orderId, amount }: WantedPayment): Promise<OrderRow> {
  const { rows } = await client.query<OrderRow>(orderByPublicId.sql, [orderId]);
  const [order] = rows;
  if (order === undefined) {
    throw new Problem(404, "Not Found", "There is no such order.");
  }
  if (order.status !== "pending") {
    throw new Problem(409, "Order Not Payable", `The order is ${order.status}; only one that is pending is paid.`);
  }
  if (order.currency !== CURRENCY) {
    throw new Problem(422, "Wrong Currency", `The order is in ${order.currency}; only ${CURRENCY} is paid here.`);
  }
  if (order.total_amount !== amount) {
    throw new Problem(
      422,
      "Wrong Amount",
      `The order amounts to ${order.total_amount}, not to ${amount}. Look at the order, and ask again.`,
    );
  }
  if (paiseOf(amount) < LEAST_PAISE) {
    throw new Problem(
      422,
      "Amount Too Small",
      `The order amounts to ${amount}; the payment provider takes 1.00 and more.`,
    );
  }
  return order;
}
