import {
  attemptsOfPayment,
  orderByPublicId,
  PAYMENT,
  paymentByIdempotencyKey,
  paymentByProviderOrder,
  type NamedQuery,
} from "../../src/database/queries";

export * from "../../src/database/queries";

// Queries of a shop that no function runs yet: what the schema's indexes are for.

export const customerByEmail: NamedQuery = {
  name: "customer-by-email",
  purpose: "The customer who signs in or orders again.",
  parameters: ["email address, in any case"],
  index: "customers_email_key",
  sql: `
SELECT id, public_id, email, full_name, phone, created_at
FROM customers
WHERE email = lower($1) AND deleted_at IS NULL`,
};

export const catalogueByCategory: NamedQuery = {
  name: "catalogue-by-category",
  purpose: "One page of the cakes on sale, cheapest first.",
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
  purpose: "Cakes to bake again, scarcest first.",
  parameters: [],
  // It skips stock of cakes that are no longer sold. An index on the amounts would find the rows at once, but every
  // reservation would then write to all indexes of its row.
  index: "inventory_cake_id_key",
  sql: `
SELECT cakes.public_id, cakes.sku, cakes.name, quantity_on_hand, quantity_reserved, reorder_level
FROM inventory JOIN cakes ON cakes.id = inventory.cake_id
WHERE inventory.deleted_at IS NULL AND quantity_on_hand - quantity_reserved <= reorder_level AND cakes.deleted_at IS NULL
ORDER BY quantity_on_hand - quantity_reserved - reorder_level, cakes.sku`,
};

export const ordersOfCustomer: NamedQuery = {
  name: "orders-of-customer",
  purpose: "One page of a customer's orders, newest first.",
  parameters: [
    "id of the customer",
    "page_key of the last order seen, or infinity",
    "id of the last order seen, or 0",
    "orders in a page",
  ],
  index: "orders_customer_id_placed_at_idx",
  // By id: for a customer found by a subquery, PostgreSQL expects few orders and would read them all.
  // page_key is text: a JavaScript date loses the microseconds, and orders would get lost between two pages.
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
  purpose: "The kitchen's next orders in a status, with their items.",
  parameters: ["status", "due before", "most orders"],
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
  purpose: "A day's sales by status, for the shop's first screen.",
  parameters: ["begin", "end, exclusive"],
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
  purpose: "The items of an order, in the order they were added.",
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
  purpose: "A cake's sales in a period, such as a month.",
  parameters: ["public id of the cake", "begin", "end, exclusive"],
  index: "order_items_cake_id_created_at_idx",
  // A cake that is no longer sold was still sold then.
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

export const paymentsOfOrder: NamedQuery = {
  name: "payments-of-order",
  purpose: "All payments of an order, newest first.",
  parameters: ["public id of the order"],
  index: "payments_order_id_created_at_idx",
  sql: `${PAYMENT}
WHERE payments.order_id = (SELECT id FROM orders WHERE public_id = $1 AND deleted_at IS NULL)
ORDER BY payments.created_at DESC, payments.id DESC`,
};

export const unsettledPayments: NamedQuery = {
  name: "unsettled-payments",
  purpose: "Payments that should be settled by now, to check with the provider; oldest first.",
  parameters: ["created before", "most payments"],
  index: "payments_unsettled_idx",
  sql: `${PAYMENT}
WHERE payments.status IN ('created', 'authorized') AND payments.created_at < $1
ORDER BY payments.created_at, payments.id
LIMIT $2`,
};

export const auditOfEntity: NamedQuery = {
  name: "audit-of-entity",
  purpose: "What happened to a row, newest first.",
  parameters: ["table", "public id of the row", "most entries"],
  index: "audit_log_entity_idx",
  sql: `
SELECT public_id, actor, action, request_id, details, created_at
FROM audit_log
WHERE entity_type = $1 AND entity_public_id = $2
ORDER BY created_at DESC, id DESC
LIMIT $3`,
};

/** The app's queries and these. Rows that are deleted softly are in no answer, unless the query says why. */
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
