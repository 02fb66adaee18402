import type { ClientBase } from "pg";
import { inTransaction, type Database } from "../database";
import { log } from "../log";
import { LEVELS } from "../log-words";
import { paiseOf } from "../money";
import { audit } from "./audit";

/** What Razorpay tells of a payment. */
export interface PaymentNews {
  readonly status: "authorized" | "captured" | "failed" | "refunded";
  /** Razorpay's id of the order that was made for the payment. */
  readonly razorpayOrderId: string;
  readonly razorpayPaymentId: string;
  readonly amountPaise: number;
  readonly currency: string;
  /** Razorpay's word for a failure. @default - none */
  readonly failureCode?: string;
  /** As the API and the function log it. */
  readonly requestId: string;
}

/** Statuses as they follow each other. A customer may try again after a failure, and nothing follows a refund. */
const ORDER_OF_STATUSES = "ARRAY['created', 'failed', 'authorized', 'captured', 'refunded']";

interface PaymentRow {
  readonly public_id: string;
  readonly order_id: string;
  readonly amount: string;
  readonly currency: string;
}

/**
 * Rows that an event is news for. A status moves forward, and what was captured or refunded belongs to one attempt of the
 * customer's: of another attempt it is news only that it was captured after the first was refunded.
 */
const NEWS = `
  SELECT public_id, order_id, amount, currency FROM payments
  WHERE provider_order_id = $1 AND (
    array_position(${ORDER_OF_STATUSES}, status) < array_position(${ORDER_OF_STATUSES}, $2)
      AND (status <> 'captured' OR provider_payment_id = $3)
      AND ($2 <> 'refunded' OR coalesce(provider_payment_id, $3) = $3)
    OR status = 'refunded' AND $2 = 'captured' AND provider_payment_id <> $3
  )
  FOR UPDATE`;

/**
 * Records what Razorpay tells of a payment, where that is news. A captured payment confirms its order. Money that nobody
 * waits for (another amount, an order that is not pending) is logged as an error, and in the audit log: sent again, the
 * event would say the same.
 *
 * @returns false where nothing changed: a repetition, an older status, another amount, or a payment that this system did
 *   not create
 */
export function recordNews(database: Database, news: PaymentNews): Promise<boolean> {
  return database.session((client) =>
    inTransaction(client, async () => {
      const { rows } = await client.query<PaymentRow>(NEWS, [
        news.razorpayOrderId,
        news.status,
        news.razorpayPaymentId,
      ]);
      const [payment] = rows;
      if (payment === undefined) {
        return false;
      }
      if (news.amountPaise !== paiseOf(payment.amount) || news.currency !== payment.currency) {
        await record(client, payment, news, "payment.mismatched");
        complain("a payment of another amount", payment, news);
        return false;
      }
      await client.query(
        "UPDATE payments SET status = $2, provider_payment_id = $3, failure_code = $4 WHERE public_id = $1",
        [payment.public_id, news.status, news.razorpayPaymentId, news.failureCode ?? null],
      );
      await record(client, payment, news, `payment.${news.status}`);
      if (news.status === "captured" && !(await confirmOrder(client, payment))) {
        complain("a payment of an order that was not pending", payment, news);
      }
      return true;
    }),
  );
}

async function confirmOrder(client: ClientBase, { order_id: id }: PaymentRow): Promise<boolean> {
  const { rowCount } = await client.query(
    "UPDATE orders SET status = 'confirmed' WHERE id = $1 AND status = 'pending'",
    [id],
  );
  return rowCount === 1;
}

function record(
  client: ClientBase,
  { public_id: paymentId }: PaymentRow,
  news: PaymentNews,
  action: string,
): Promise<void> {
  const details = { razorpay_payment_id: news.razorpayPaymentId };
  return audit(client, { action, paymentId, requestId: news.requestId, details });
}

function complain(what: string, { public_id: paymentId }: PaymentRow, { requestId, status }: PaymentNews): void {
  log(LEVELS.error, what, { requestId, paymentId, status });
}
