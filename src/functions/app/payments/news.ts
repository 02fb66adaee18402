import type * as z from "zod/mini";
import type { AttemptStatus } from "../../../database/queries";
import type { WebhookEvent } from "../schemas";

/** What an event reports about a payment. */
export interface PaymentNews {
  readonly status: AttemptStatus;
  /** Razorpay's id of the order that was created for the payment. */
  readonly razorpayOrderId: string;
  readonly razorpayPaymentId: string;
  readonly amountPaise: number;
  readonly currency: string;
  /** Razorpay's code of a failure. @default - none */
  readonly failureCode?: string;
  /** As the API and the function log it. */
  readonly requestId: string;
}

/** Events about a payment's status, and the status that each reports. @see https://razorpay.com/docs/webhooks/payloads/payments/ */
const STATUS_OF_EVENT: ReadonlyMap<string, AttemptStatus> = new Map([
  ["payment.authorized", "authorized"],
  ["payment.captured", "captured"],
  ["payment.failed", "failed"],
  ["refund.processed", "refunded"],
]);

/** Whether an event is about a payment's status, by its name. */
export function isPaymentEvent(event: string): boolean {
  return STATUS_OF_EVENT.has(event);
}

/**
 * What an event reports about a payment.
 *
 * @param requestId - of the request that brought it
 * @returns undefined for other events, and for a partial refund, after which the payment stays captured
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
