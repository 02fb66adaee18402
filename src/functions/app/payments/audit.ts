import type { ClientBase } from "pg";

/** Part of the system that does it; nobody's name. */
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

/** Adds to the audit log, in the transaction of what happened. */
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
