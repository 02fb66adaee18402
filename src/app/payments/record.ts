import type { Database } from "../database";
import { inTransaction } from "../database";
import { paiseOf } from "../money";
import { Problem } from "../problem";
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
 * Records what Razorpay tells of a payment, where that is news: a status only moves forward. A captured payment confirms
 * its order.
 *
 * @returns false where nothing changed: a repetition, an older status, or a payment that this system did not create
 * @throws Problem 422 where another amount was paid than was asked for
 */
export function recordNews(database: Database, news: PaymentNews): Promise<boolean> {
  return database.session((client) =>
    inTransaction(client, async () => {
      const { rows } = await client.query<PaymentRow>(
        `SELECT public_id, order_id, amount, currency FROM payments
         WHERE provider_order_id = $1 AND array_position(${ORDER_OF_STATUSES}, status) < array_position(${ORDER_OF_STATUSES}, $2)
         FOR UPDATE`,
        [news.razorpayOrderId, news.status],
      );
      const [payment] = rows;
      if (payment === undefined) {
        return false;
      }
      requireSameAmount(payment, news);
      await client.query(
        "UPDATE payments SET status = $2, provider_payment_id = $3, failure_code = $4 WHERE public_id = $1",
        [payment.public_id, news.status, news.razorpayPaymentId, news.failureCode ?? null],
      );
      if (news.status === "captured") {
        await client.query("UPDATE orders SET status = 'confirmed' WHERE id = $1 AND status = 'pending'", [
          payment.order_id,
        ]);
      }
      await audit(client, {
        action: `payment.${news.status}`,
        paymentId: payment.public_id,
        requestId: news.requestId,
        details: { razorpay_payment_id: news.razorpayPaymentId },
      });
      return true;
    }),
  );
}

function requireSameAmount({ public_id: id, amount, currency }: PaymentRow, news: PaymentNews): void {
  if (news.amountPaise !== paiseOf(amount) || news.currency !== currency) {
    throw new Problem(
      422,
      "Wrong Amount",
      `Payment ${id} is about ${amount} ${currency}, and the event about something else. Nothing was recorded.`,
    );
  }
}
