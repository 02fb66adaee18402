import type { ClientBase } from "pg";
import { attemptsOfPayment, paymentByProviderOrder } from "../../../database/queries";
import { inTransaction } from "../../../database/transaction";
import { log } from "../../../shared/log";
import { LEVELS } from "../../../shared/log-words";
import type { Database } from "../database";
import { paiseOf } from "../money";
import { decisive, STATUSES, withNews, type Attempt, type AttemptStatus } from "./attempts";
import { audit } from "./audit";

/** What Razorpay tells of a payment. */
export interface PaymentNews {
  readonly status: AttemptStatus;
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

/** A row of paymentByProviderOrder, as far as it is read here. */
interface PaymentRow {
  readonly public_id: string;
  readonly order_public_id: string;
  readonly amount: string;
  readonly currency: string;
  readonly status: AttemptStatus | "created";
  readonly provider_payment_id: string | null;
}

/** A row of attemptsOfPayment. */
interface AttemptRow {
  readonly provider_payment_id: string;
  readonly about: "payment" | "mismatched_payment";
  readonly status: AttemptStatus;
}

/**
 * Records what Razorpay tells of a payment, where that is news of one of its attempts. The audit log has all attempts. The
 * payment's row has the one that it goes by; one of another amount it never goes by. A captured payment confirms its
 * order. Money that nobody waits for is logged as an error, once: sent again, the event would say the same.
 *
 * @returns false where nothing changed: a repetition, an older status, or a payment that this system did not create
 */
export function recordNews(database: Database, news: PaymentNews): Promise<boolean> {
  return database.session((client) =>
    inTransaction(client, async () => {
      // Events of one payment take turns.
      const { rows } = await client.query<PaymentRow>(`${paymentByProviderOrder.sql} FOR UPDATE OF payments`, [
        news.razorpayOrderId,
      ]);
      const [payment] = rows;
      return payment !== undefined && recordAttempt(client, payment, news);
    }),
  );
}

async function recordAttempt(client: ClientBase, payment: PaymentRow, news: PaymentNews): Promise<boolean> {
  const { rows } = await client.query<AttemptRow>(attemptsOfPayment.sql, [payment.public_id]);
  const matches = news.amountPaise === paiseOf(payment.amount) && news.currency === payment.currency;
  const about = matches ? "payment" : "mismatched_payment";
  // The payment's own first: another package may have recorded it without the audit log.
  const before = attemptsOf([...(matches ? [payment] : []), ...rows.filter((row) => row.about === about)]);
  const after = withNews(before, { id: news.razorpayPaymentId, status: news.status });
  if (after === undefined) {
    return false;
  }
  await audit(client, {
    action: `${about}.${news.status}`,
    paymentId: payment.public_id,
    requestId: news.requestId,
    details: { razorpay_payment_id: news.razorpayPaymentId },
  });
  if (!matches) {
    if (news.status === "captured") {
      complain("a payment of another amount", payment, news);
    }
    return true;
  }
  await follow(client, payment, decisive(after), news);
  if (news.status === "captured") {
    await confirm(client, payment, decisive(before), news);
  }
  return true;
}

function attemptsOf(rows: readonly Pick<PaymentRow | AttemptRow, "provider_payment_id" | "status">[]): Attempt[] {
  return rows
    .map(({ provider_payment_id: id, status }) => ({ id, status }))
    .filter(isAttempt)
    .reduce<Attempt[]>((all, one) => withNews(all, one) ?? all, []);
}

function isAttempt(row: { readonly id: string | null; readonly status: string }): row is Attempt {
  return row.id !== null && STATUSES.some((status) => status === row.status);
}

/** Has the payment's row say what its decisive attempt does. */
async function follow(
  client: ClientBase,
  payment: PaymentRow,
  attempt: Attempt | undefined,
  { failureCode }: PaymentNews,
): Promise<void> {
  if (attempt === undefined || (attempt.id === payment.provider_payment_id && attempt.status === payment.status)) {
    return;
  }
  // Only the first news of all lets a payment fail.
  const code = attempt.status === "failed" ? failureCode : undefined;
  await client.query(
    "UPDATE payments SET status = $2, provider_payment_id = $3, failure_code = $4 WHERE public_id = $1",
    [payment.public_id, attempt.status, attempt.id, code ?? null],
  );
}

/** Has the order of a payment that was captured be made. */
async function confirm(
  client: ClientBase,
  payment: PaymentRow,
  before: Attempt | undefined,
  news: PaymentNews,
): Promise<void> {
  if (before?.status === "captured") {
    complain("a second payment of an order", payment, news);
    return;
  }
  const { rowCount } = await client.query(
    `UPDATE orders SET status = 'confirmed'
     WHERE public_id = $1 AND status = 'pending' AND deleted_at IS NULL AND total_amount = $2`,
    [payment.order_public_id, payment.amount],
  );
  if (rowCount !== 1) {
    complain("a payment that its order does not wait for", payment, news);
  }
}

function complain(what: string, { public_id: paymentId }: PaymentRow, news: PaymentNews): void {
  const { requestId, razorpayPaymentId, status } = news;
  log(LEVELS.error, what, { requestId, paymentId, razorpayPaymentId, status });
}
