/** A query that the shop runs. */
export interface NamedQuery {
  /** Name in kebab-case. */
  readonly name: string;
  /** Who asks it and what it answers, in one sentence. */
  readonly purpose: string;
  /** Statement, with `$1` and so on for its parameters. */
  readonly sql: string;
  /** What each parameter is, `$1` first. */
  readonly parameters: readonly string[];
  /** Index that makes it quick. */
  readonly index: string;
}

export const customerByEmail: NamedQuery = {
  name: "customer-by-email",
  purpose: "Who signs in, or orders again.",
  parameters: ["email address, however it was typed"],
  index: "customers_email_key",
  sql: `
SELECT id, public_id, email, full_name, phone, created_at
FROM customers
WHERE email = lower($1) AND deleted_at IS NULL`,
};

export const catalogueByCategory: NamedQuery = {
  name: "catalogue-by-category",
  purpose: "One page of the cakes that can be ordered, the cheapest first.",
  parameters: ["category", "price of the last cake seen, or 0", "id of the last cake seen, or 0", "cakes in a page"],
  index: "cakes_category_price_amount_idx",
  sql: `
SELECT id, public_id, sku, name, description, weight_grams, price_amount, currency
FROM cakes
WHERE category = $1 AND is_available AND deleted_at IS NULL AND (price_amount, id) > ($2, $3)
ORDER BY price_amount, id
LIMIT $4`,
};

export const lowStock: NamedQuery = {
  name: "low-stock",
  purpose: "Cakes of which new ones are to be baked, the scarcest first.",
  parameters: [],
  // Leads past stock of cakes that are not sold any more. An index on amounts would lead to few rows at once, but have
  // every reservation write to all indexes of its row.
  index: "inventory_cake_id_key",
  sql: `
SELECT cakes.public_id, cakes.sku, cakes.name, quantity_on_hand, quantity_reserved, reorder_level
FROM inventory JOIN cakes ON cakes.id = inventory.cake_id
WHERE inventory.deleted_at IS NULL AND quantity_on_hand - quantity_reserved <= reorder_level AND cakes.deleted_at IS NULL
ORDER BY quantity_on_hand - quantity_reserved - reorder_level, cakes.sku`,
};

export const orderByPublicId: NamedQuery = {
  name: "order-by-public-id",
  purpose: "An order, as its customer or the counter looks at it.",
  parameters: ["public id of the order"],
  index: "orders_public_id_key",
  // A customer who is gone still has orders to be made, paid and accounted for.
  sql: `
SELECT orders.id, orders.public_id, customers.public_id AS customer_public_id, status, fulfilment, delivery_address,
  items_amount, delivery_amount, total_amount, currency, placed_at, due_at, cancelled_at
FROM orders JOIN customers ON customers.id = orders.customer_id
WHERE orders.public_id = $1 AND orders.deleted_at IS NULL`,
};

export const ordersOfCustomer: NamedQuery = {
  name: "orders-of-customer",
  purpose: "One page of a customer's orders, the newest first.",
  parameters: [
    "id of the customer",
    "page_key of the last order seen, or infinity",
    "id of the last order seen, or 0",
    "orders in a page",
  ],
  index: "orders_customer_id_placed_at_idx",
  // By id: of a customer whom a subquery finds, PostgreSQL expects few orders, and reads all of many.
  // page_key is text: a JavaScript date loses the microseconds, and with them orders between two pages.
  sql: `
SELECT id, public_id, status, fulfilment, total_amount, currency, placed_at, due_at, placed_at::text AS page_key
FROM orders
WHERE customer_id = $1 AND EXISTS (SELECT FROM customers WHERE id = $1 AND deleted_at IS NULL)
  AND deleted_at IS NULL AND (placed_at, id) < ($2, $3)
ORDER BY placed_at DESC, id DESC
LIMIT $4`,
};

export const kitchenQueue: NamedQuery = {
  name: "kitchen-queue",
  purpose: "What the kitchen does next: orders of a status that are due soon, with what is in them.",
  parameters: ["status", "time before which they are due", "orders at most"],
  index: "orders_status_due_at_idx",
  sql: `
SELECT id, public_id, fulfilment, due_at, (
  SELECT coalesce(jsonb_agg(item ORDER BY order_items.id), '[]')
  FROM order_items, jsonb_build_object('cake', cake_name, 'quantity', quantity, 'message', message) AS item
  WHERE order_id = orders.id AND order_items.deleted_at IS NULL
) AS items
FROM orders
WHERE status = $1 AND due_at < $2 AND deleted_at IS NULL
ORDER BY due_at, id
LIMIT $3`,
};

export const ordersPlacedBetween: NamedQuery = {
  name: "orders-placed-between",
  purpose: "Sales of a day by status, for the shop's first screen.",
  parameters: ["begin", "end, which is not in it any more"],
  index: "orders_placed_at_idx",
  sql: `
SELECT status, currency, count(*)::integer AS orders, sum(total_amount) AS amount
FROM orders
WHERE placed_at >= $1 AND placed_at < $2 AND deleted_at IS NULL
GROUP BY status, currency
ORDER BY status, currency`,
};

export const itemsOfOrder: NamedQuery = {
  name: "items-of-order",
  purpose: "Cakes of an order, in the order they were put in.",
  parameters: ["public id of the order"],
  index: "order_items_order_id_idx",
  sql: `
SELECT order_items.public_id, cakes.public_id AS cake_public_id, cake_name, message, quantity, unit_amount, line_amount,
  order_items.currency
FROM order_items JOIN cakes ON cakes.id = order_items.cake_id
WHERE order_id = (SELECT id FROM orders WHERE public_id = $1 AND deleted_at IS NULL) AND order_items.deleted_at IS NULL
ORDER BY order_items.id`,
};

export const salesOfCake: NamedQuery = {
  name: "sales-of-cake",
  purpose: "What a cake brought in over some time, such as a month.",
  parameters: ["public id of the cake", "begin", "end, which is not in it any more"],
  index: "order_items_cake_id_created_at_idx",
  // A cake that is not sold any more was sold all the same.
  sql: `
SELECT order_items.currency, count(DISTINCT order_id)::integer AS orders, sum(quantity)::integer AS pieces,
  sum(line_amount) AS amount
FROM order_items JOIN orders ON orders.id = order_items.order_id
WHERE cake_id = (SELECT id FROM cakes WHERE public_id = $1)
  AND order_items.created_at >= $2 AND order_items.created_at < $3 AND order_items.deleted_at IS NULL
  AND orders.deleted_at IS NULL AND status NOT IN ('pending', 'cancelled')
GROUP BY order_items.currency
ORDER BY order_items.currency`,
};

const PAYMENT = `
SELECT payments.id, payments.public_id, orders.public_id AS order_public_id, idempotency_key, payments.status, amount,
  payments.currency, provider, provider_order_id, provider_payment_id, failure_code, payments.created_at
FROM payments JOIN orders ON orders.id = payments.order_id`;

export const paymentsOfOrder: NamedQuery = {
  name: "payments-of-order",
  purpose: "Every attempt to pay for an order, the newest first.",
  parameters: ["public id of the order"],
  index: "payments_order_id_created_at_idx",
  sql: `${PAYMENT}
WHERE payments.order_id = (SELECT id FROM orders WHERE public_id = $1 AND deleted_at IS NULL)
ORDER BY payments.created_at DESC, payments.id DESC`,
};

export const paymentByIdempotencyKey: NamedQuery = {
  name: "payment-by-idempotency-key",
  purpose: "Whether a request to pay was made before; a payment outlives its order.",
  parameters: ["the caller's key"],
  index: "payments_idempotency_key_key",
  sql: `${PAYMENT}
WHERE idempotency_key = $1`,
};

export const paymentByProviderOrder: NamedQuery = {
  name: "payment-by-provider-order",
  purpose: "Which payment the provider's message is about; a payment outlives its order.",
  parameters: ["the provider's id of what is to be paid"],
  index: "payments_provider_order_id_key",
  sql: `${PAYMENT}
WHERE provider_order_id = $1`,
};

export const attemptsOfPayment: NamedQuery = {
  name: "attempts-of-payment",
  purpose:
    "What the provider has told of a customer's attempts to pay, the oldest news first; that of another amount too.",
  parameters: ["public id of the payment"],
  index: "audit_log_entity_idx",
  // By id: created_at is when a transaction began, and it may have waited for another one's entry.
  sql: `
SELECT details ->> 'razorpay_payment_id' AS provider_payment_id, split_part(action, '.', 1) AS about,
  split_part(action, '.', 2) AS status
FROM audit_log
WHERE entity_type = 'payments' AND entity_public_id = $1 AND details ? 'razorpay_payment_id'
ORDER BY id`,
};

export const unsettledPayments: NamedQuery = {
  name: "unsettled-payments",
  purpose: "Payments that should be settled by now, to be asked of the provider; the oldest first.",
  parameters: ["time before which they were made", "payments at most"],
  index: "payments_unsettled_idx",
  sql: `${PAYMENT}
WHERE payments.status IN ('created', 'authorized') AND payments.created_at < $1
ORDER BY payments.created_at, payments.id
LIMIT $2`,
};

export const auditOfEntity: NamedQuery = {
  name: "audit-of-entity",
  purpose: "What happened to a row, the newest first.",
  parameters: ["table", "public id of the row", "entries at most"],
  index: "audit_log_entity_idx",
  sql: `
SELECT public_id, actor, action, request_id, details, created_at
FROM audit_log
WHERE entity_type = $1 AND entity_public_id = $2
ORDER BY created_at DESC, id DESC
LIMIT $3`,
};

/** All of them. Rows that are deleted softly are in no answer, but where a query says why. */
export const NAMED_QUERIES: readonly NamedQuery[] = [
  customerByEmail,
  catalogueByCategory,
  lowStock,
  orderByPublicId,
  ordersOfCustomer,
  kitchenQueue,
  ordersPlacedBetween,
  itemsOfOrder,
  salesOfCake,
  paymentsOfOrder,
  paymentByIdempotencyKey,
  paymentByProviderOrder,
  attemptsOfPayment,
  unsettledPayments,
  auditOfEntity,
];
