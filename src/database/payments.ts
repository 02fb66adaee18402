import type { ClientBase } from "pg";
import {
  attemptsOfPayment,
  orderByPublicId,
  paymentByIdempotencyKey,
  paymentByProviderOrder,
  type AttemptRow,
  type OrderRow,
  type PaymentRow,
} from "./queries";

/** Lets requests with the same idempotency key take turns. The session holds the lock, so a broken one releases it. */
export async function lockIdempotencyKey(client: ClientBase, key: string): Promise<void> {
  await client.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", [key]);
}

/** An order by its `public_id`; undefined if there is none. */
export async function findOrder(client: ClientBase, orderId: string): Promise<OrderRow | undefined> {
  const { rows } = await client.query<OrderRow>(orderByPublicId.sql, [orderId]);
  return rows[0];
}

/** The payment of an idempotency key; undefined if there is none. */
export async function findPayment(client: ClientBase, idempotencyKey: string): Promise<PaymentRow | undefined> {
  const { rows } = await client.query<PaymentRow>(paymentByIdempotencyKey.sql, [idempotencyKey]);
  return rows[0];
}

/**
 * The payment of an order at the provider, locked until the transaction ends, so that events about it take turns.
 *
 * @returns undefined for an order that this system did not create
 */
export async function lockPayment(client: ClientBase, providerOrderId: string): Promise<PaymentRow | undefined> {
  const { rows } = await client.query<PaymentRow>(`${paymentByProviderOrder.sql} FOR UPDATE OF payments`, [
    providerOrderId,
  ]);
  return rows[0];
}

/** What the provider reported about the attempts to pay, oldest first. */
export async function readAttempts(client: ClientBase, paymentId: string): Promise<AttemptRow[]> {
  const { rows } = await client.query<AttemptRow>(attemptsOfPayment.sql, [paymentId]);
  return rows;
}

/** A payment before the provider has its order. */
export interface NewPayment {
  /** Becomes its `public_id`. */
  readonly paymentId: string;
  readonly order: Pick<OrderRow, "id" | "currency">;
  readonly idempotencyKey: string;
  /** Rupees with two decimals. */
  readonly amount: string;
}

/** Adds a payment. */
export async function insertPayment(
  client: ClientBase,
  { paymentId, order, idempotencyKey, amount }: NewPayment,
): Promise<void> {
  await client.query(
    "INSERT INTO payments (public_id, order_id, idempotency_key, amount, currency) VALUES ($1, $2, $3, $4, $5)",
    [paymentId, order.id, idempotencyKey, amount, order.currency],
  );
}

/** Records the order that the provider created for a payment. */
export async function setProviderOrder(client: ClientBase, paymentId: string, providerOrderId: string): Promise<void> {
  await client.query("UPDATE payments SET provider_order_id = $2 WHERE public_id = $1", [paymentId, providerOrderId]);
}

/** Gives a payment the status of the attempt that counts. @param failureCode - the provider's; null unless it failed */
export async function setAttempt(
  client: ClientBase,
  paymentId: string,
  attempt: Pick<AttemptRow, "id" | "status">,
  failureCode: string | null,
): Promise<void> {
  await client.query(
    "UPDATE payments SET status = $2, provider_payment_id = $3, failure_code = $4 WHERE public_id = $1",
    [paymentId, attempt.status, attempt.id, failureCode],
  );
}

/**
 * Confirms the order of a captured payment.
 *
 * @returns false if the order does not expect this payment: it is not pending, is deleted, or has another amount
 */
export async function confirmOrder(
  client: ClientBase,
  { order_public_id: orderId, amount }: Pick<PaymentRow, "order_public_id" | "amount">,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE orders SET status = 'confirmed'
     WHERE public_id = $1 AND status = 'pending' AND deleted_at IS NULL AND total_amount = $2`,
    [orderId, amount],
  );
  return rowCount === 1;
}

/** Part of the system that acts; never a person's name. */
const ACTOR = "app";

/** Something that happened to a payment. */
export interface AuditEntry {
  /** Such as `payment.created`. */
  readonly action: string;
  /** `public_id` of the payment. */
  readonly paymentId: string;
  readonly requestId: string;
  /** No personal data, no card data. @default - none */
  readonly details?: Readonly<Record<string, string>>;
}

/** Adds an entry to the audit log, in the transaction of the change. */
export async function audit(
  client: ClientBase,
  { action, paymentId, requestId, details = {} }: AuditEntry,
): Promise<void> {
  await client.query(
    `INSERT INTO audit_log (actor, action, entity_type, entity_public_id, request_id, details)
     VALUES ($1, $2, 'payments', $3, $4, $5)`,
    [ACTOR, action, paymentId, requestId, details],
  );
}
