/** A query that has a name, a purpose and an index. */
export interface NamedQuery {
  /** Name in kebab-case. */
  readonly name: string;
  /** What it returns, in one sentence. */
  readonly purpose: string;
  /** Statement, with `$1` and so on for its parameters. */
  readonly sql: string;
  /** What each parameter is, `$1` first. */
  readonly parameters: readonly string[];
  /** Index that it uses. */
  readonly index: string;
}

/** A row of {@link orderByPublicId}. */
export interface OrderRow {
  readonly id: string;
  readonly public_id: string;
  readonly customer_public_id: string;
  readonly status: string;
  readonly fulfilment: string;
  readonly delivery_address: string | null;
  /** Rupees with two decimals, as the other amounts. */
  readonly items_amount: string;
  readonly delivery_amount: string;
  readonly total_amount: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly placed_at: Date;
  readonly due_at: Date;
  readonly cancelled_at: Date | null;
}

export const orderByPublicId: NamedQuery = {
  name: "order-by-public-id",
  purpose: "An order, for its customer or the counter.",
  parameters: ["public id of the order"],
  index: "orders_public_id_key",
  // A deleted customer's orders are still baked, paid and accounted for.
  sql: `
SELECT orders.id, orders.public_id, customers.public_id AS customer_public_id, status, fulfilment, delivery_address,
  items_amount, delivery_amount, total_amount, currency, placed_at, due_at, cancelled_at
FROM orders JOIN customers ON customers.id = orders.customer_id
WHERE orders.public_id = $1 AND orders.deleted_at IS NULL`,
};

/** What Razorpay can report about an attempt to pay. */
export type AttemptStatus = "failed" | "authorized" | "captured" | "refunded";

/** A row of {@link PAYMENT}. */
export interface PaymentRow {
  readonly id: string;
  readonly public_id: string;
  readonly order_public_id: string;
  readonly idempotency_key: string;
  /** `created` until Razorpay reports an attempt, then the status of the attempt that counts. */
  readonly status: "created" | AttemptStatus;
  /** Rupees with two decimals. */
  readonly amount: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly provider: string;
  /** Razorpay's order. Null until Razorpay has created it. */
  readonly provider_order_id: string | null;
  /** Razorpay's payment: the attempt that counts. */
  readonly provider_payment_id: string | null;
  readonly failure_code: string | null;
  readonly created_at: Date;
}

/** Selects payments with the `public_id` of their orders, for any condition. */
export const PAYMENT = `
SELECT payments.id, payments.public_id, orders.public_id AS order_public_id, idempotency_key, payments.status, amount,
  payments.currency, provider, provider_order_id, provider_payment_id, failure_code, payments.created_at
FROM payments JOIN orders ON orders.id = payments.order_id`;

export const paymentByIdempotencyKey: NamedQuery = {
  name: "payment-by-idempotency-key",
  purpose: "The payment that an earlier request with this key created, even if its order is deleted.",
  parameters: ["the caller's key"],
  index: "payments_idempotency_key_key",
  sql: `${PAYMENT}
WHERE idempotency_key = $1`,
};

export const paymentByProviderOrder: NamedQuery = {
  name: "payment-by-provider-order",
  purpose: "The payment that the provider's message is about, even if its order is deleted.",
  parameters: ["the provider's order id"],
  index: "payments_provider_order_id_key",
  sql: `${PAYMENT}
WHERE provider_order_id = $1`,
};

/** A row of {@link attemptsOfPayment}. */
export interface AttemptRow {
  /** Razorpay's payment id. */
  readonly id: string;
  /** Whether amount and currency were those of the payment. */
  readonly about: "payment" | "mismatched_payment";
  readonly status: AttemptStatus;
}

export const attemptsOfPayment: NamedQuery = {
  name: "attempts-of-payment",
  purpose: "What the provider reported about the attempts to pay, oldest first; those with a wrong amount too.",
  parameters: ["public id of the payment"],
  index: "audit_log_entity_idx",
  // By id: created_at is the start of the transaction, which may have waited for another one.
  sql: `
SELECT details ->> 'razorpay_payment_id' AS id, split_part(action, '.', 1) AS about,
  split_part(action, '.', 2) AS status
FROM audit_log
WHERE entity_type = 'payments' AND entity_public_id = $1 AND details ? 'razorpay_payment_id'
ORDER BY id`,
};

/** The queries of the app. They return no softly deleted rows, unless the query says why. */
export const APP_QUERIES: readonly NamedQuery[] = [
  orderByPublicId,
  paymentByIdempotencyKey,
  paymentByProviderOrder,
  attemptsOfPayment,
];
