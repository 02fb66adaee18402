import type { ClientBase } from "pg";
import { audit, confirmOrder, lockPayment, readAttempts, setAttempt } from "../../../database/payments";
import type { PaymentRow } from "../../../database/queries";
import { inTransaction } from "../../../database/transaction";
import { log } from "../../../shared/log";
import { LEVELS } from "../../../shared/log-words";
import type { Database } from "../database";
import { paiseOf } from "../money";
import { decisive, STATUSES, withNews, type Attempt } from "./attempts";
import type { PaymentNews } from "./news";

/**
 * Records what Razorpay reports about a payment, if it is new for one of its attempts. The audit log has all attempts,
 * the payment's row the one that counts; an attempt with a wrong amount never counts. A captured payment confirms its
 * order. A payment that no order expects is logged as an error, once: a repeated event reports nothing new.
 *
 * @returns false if nothing changed: a repetition, an older status, or a payment that this system did not create
 */
export function recordNews(database: Database, news: PaymentNews): Promise<boolean> {
  return database.session((client) =>
    inTransaction(client, async () => {
      const payment = await lockPayment(client, news.razorpayOrderId);
      return payment !== undefined && recordAttempt(client, payment, news);
    }),
  );
}

async function recordAttempt(client: ClientBase, payment: PaymentRow, news: PaymentNews): Promise<boolean> {
  const rows = await readAttempts(client, payment.public_id);
  const matches = news.amountPaise === paiseOf(payment.amount) && news.currency === payment.currency;
  const about = matches ? "payment" : "mismatched_payment";
  // The payment's own attempt first: another package may have recorded it without the audit log.
  const own = { id: payment.provider_payment_id, status: payment.status };
  const before = attemptsOf([...(matches ? [own] : []), ...rows.filter((row) => row.about === about)]);
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
      logError("received a payment with the wrong amount", payment, news);
    }
    return true;
  }
  await updatePayment(client, payment, decisive(after), news);
  if (news.status === "captured") {
    await confirm(client, payment, decisive(before), news);
  }
  return true;
}

interface PossibleAttempt {
  readonly id: string | null;
  readonly status: string;
}

function attemptsOf(rows: readonly PossibleAttempt[]): Attempt[] {
  return rows.filter(isAttempt).reduce<Attempt[]>((all, one) => withNews(all, one) ?? all, []);
}

function isAttempt(row: PossibleAttempt): row is Attempt {
  return row.id !== null && STATUSES.some((status) => status === row.status);
}

/** Updates the payment's row to the attempt that counts. */
async function updatePayment(
  client: ClientBase,
  payment: PaymentRow,
  attempt: Attempt | undefined,
  { failureCode = null }: { readonly failureCode?: string | null },
): Promise<void> {
  if (attempt === undefined || (attempt.id === payment.provider_payment_id && attempt.status === payment.status)) {
    return;
  }
  // Only the first report about a payment can make it fail, so a failed attempt that counts is this one.
  await setAttempt(client, payment.public_id, attempt, attempt.status === "failed" ? failureCode : null);
}

/** Confirms the order of a payment that was captured. */
async function confirm(
  client: ClientBase,
  payment: PaymentRow,
  before: Attempt | undefined,
  news: PaymentNews,
): Promise<void> {
  if (before?.status === "captured") {
    logError("received a second payment for an order", payment, news);
  } else if (!(await confirmOrder(client, payment))) {
    logError("received a payment that its order does not expect", payment, news);
  }
}

function logError(what: string, { public_id: paymentId }: PaymentRow, news: PaymentNews): void {
  const { requestId, razorpayPaymentId, status } = news;
  log(LEVELS.error, what, { requestId, paymentId, razorpayPaymentId, status });
}
