import type * as z from "zod/mini";
import type { WebhookEvent } from "../schemas";
import type { PaymentNews } from "./webhook";

/** Events about a payment's status, and what each makes of it. @see https://razorpay.com/docs/webhooks/payloads/payments/ */
const STATUS_OF_EVENT: ReadonlyMap<string, PaymentNews["status"]> = new Map([
  ["payment.authorized", "authorized"],
  ["payment.captured", "captured"],
  ["payment.failed", "failed"],
  ["refund.processed", "refunded"],
]);

/** Whether an event is about a payment's status, by its name. */
export function concernsPayments(event: string): boolean {
  return STATUS_OF_EVENT.has(event);
}

/**
 * What an event says of a payment.
 *
 * @param requestId - of the request that brought it
 * @returns undefined for events about something else, and for a refund of a part, after which the payment stays captured
 */
export function newsOf({ event, payload }: z.infer<typeof WebhookEvent>, requestId: string): PaymentNews | undefined {
  const status = STATUS_OF_EVENT.get(event);
  const payment = payload?.payment?.entity;
  if (status === undefined || payment?.order_id == null || (status === "refunded" && payment.status !== "refunded")) {
    return undefined;
  }
  return {
    status,
    razorpayOrderId: payment.order_id,
    razorpayPaymentId: payment.id,
    amountPaise: payment.amount,
    currency: payment.currency,
    requestId,
    ...(status === "failed" && payment.error_code != null && { failureCode: payment.error_code }),
  };
}
