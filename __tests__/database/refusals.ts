import { change, insertion, STANDING_ID, TABLES, type Row, type Statement, type Table } from "./sample-rows";

/** What a constraint or a unique index must refuse. */
export interface Refusal {
  readonly what: string;
  /** Statements before the one that is refused, and that one. */
  readonly statements: readonly (Statement | string)[];
  /** SQLSTATE. */
  readonly code: string;
  /** Name of what refuses it. */
  readonly constraint: string;
}

const UNIQUE_VIOLATION = "23505";
const FOREIGN_KEY_VIOLATION = "23503";
const CHECK_VIOLATION = "23514";

const NOBODY = 999_999;

/** A row that one check refuses. @param broken - columns that break it */
function check(constraint: string, broken: Row, what = JSON.stringify(broken)): Refusal {
  return { what, statements: [insertion(tableOf(constraint), broken)], code: CHECK_VIOLATION, constraint };
}

function tableOf(constraint: string): Table {
  const table = TABLES.find((name) => constraint.startsWith(`${name}_`));
  if (table === undefined) {
    throw new Error(`${constraint} begins with no table's name`);
  }
  return table;
}

function primaryKey(table: Table): Refusal {
  return {
    what: "an id that is taken",
    statements: [insertion(table, { id: 1 }, true)],
    code: UNIQUE_VIOLATION,
    constraint: `${table}_pkey`,
  };
}

function publicId(table: Table): Refusal {
  return {
    what: "a public id that is taken",
    statements: [insertion(table, { public_id: STANDING_ID })],
    code: UNIQUE_VIOLATION,
    constraint: `${table}_public_id_key`,
  };
}

const UNIQUE: readonly Refusal[] = [
  ...TABLES.flatMap((table) => [primaryKey(table), publicId(table)]),
  {
    what: "an email address that a customer has",
    statements: [insertion("customers", { email: "standing@example.com" })],
    code: UNIQUE_VIOLATION,
    constraint: "customers_email_key",
  },
  {
    what: "the number of a cake that is sold",
    statements: [insertion("cakes", { sku: "STANDING-1" })],
    code: UNIQUE_VIOLATION,
    constraint: "cakes_sku_key",
  },
  {
    what: "a second stock of a cake",
    statements: [insertion("inventory", { cake_id: 1 })],
    code: UNIQUE_VIOLATION,
    constraint: "inventory_cake_id_key",
  },
  {
    // The primary key would refuse it before.
    what: "an order twice",
    statements: [
      "ALTER TABLE orders DROP CONSTRAINT orders_pkey",
      insertion("orders", { id: 1, public_id: "00000000-0000-4000-8000-000000000002" }, true),
    ],
    code: UNIQUE_VIOLATION,
    constraint: "orders_id_currency_key",
  },
  {
    what: "a request that is repeated",
    statements: [insertion("payments", { idempotency_key: "standing-key" })],
    code: UNIQUE_VIOLATION,
    constraint: "payments_idempotency_key_key",
  },
  {
    what: "a provider's id that is taken",
    statements: [insertion("payments", { provider_order_id: "order_standing" })],
    code: UNIQUE_VIOLATION,
    constraint: "payments_provider_order_id_key",
  },
];

function foreignKey(constraint: string, what: string, ...statements: (Statement | string)[]): Refusal {
  return { what, statements, code: FOREIGN_KEY_VIOLATION, constraint };
}

const FOREIGN_KEYS: readonly Refusal[] = [
  foreignKey("inventory_cake_id_fkey", "stock of no cake", insertion("inventory", { cake_id: NOBODY })),
  foreignKey("orders_customer_id_fkey", "an order of nobody", insertion("orders", { customer_id: NOBODY })),
  foreignKey("orders_customer_id_fkey", "deleting a customer with orders", "DELETE FROM customers WHERE id = 1"),
  foreignKey("order_items_order_id_fkey", "an item of no order", insertion("order_items", { order_id: NOBODY })),
  foreignKey("order_items_order_id_fkey", "an item in another currency", insertion("order_items", { currency: "USD" })),
  foreignKey(
    "order_items_order_id_fkey",
    "another currency for an order with items",
    "DELETE FROM payments",
    change("orders", "currency = 'USD'"),
  ),
  foreignKey("order_items_cake_id_fkey", "an item that is no cake", insertion("order_items", { cake_id: NOBODY })),
  foreignKey("order_items_cake_id_fkey", "deleting a cake that was sold", "DELETE FROM cakes WHERE id = 1"),
  foreignKey("payments_order_id_fkey", "a payment of no order", insertion("payments", { order_id: NOBODY })),
  foreignKey("payments_order_id_fkey", "a payment in another currency", insertion("payments", { currency: "USD" })),
  foreignKey("payments_order_id_fkey", "deleting an order that somebody paid for", "DELETE FROM orders WHERE id = 1"),
];

const BEFORE_IT_BEGAN = { created_at: "2025-01-02T00:00:00Z", deleted_at: "2025-01-01T23:59:59.999999Z" };

const TEXT_CHECKS: readonly Refusal[] = [
  check("customers_email_check", { email: "Another@example.com" }),
  check("customers_email_check", { email: "another.example.com" }),
  check("customers_email_check", { email: "another@example" }),
  check("customers_email_check", { email: "an other@example.com" }),
  check("customers_email_check", { email: "another@example.com\n" }),
  check("customers_email_check", { email: `${"a".repeat(243)}@example.com` }, "an email address of 255 characters"),
  check("customers_full_name_check", { full_name: " \t" }),
  check("customers_full_name_check", { full_name: "a".repeat(201) }, "a name of 201 characters"),
  check("customers_phone_check", { phone: "9800000001" }),
  check("customers_phone_check", { phone: "+098000001" }),
  check("customers_phone_check", { phone: "+123456" }),
  check("customers_phone_check", { phone: "+1234567890123456" }),
  check("cakes_sku_check", { sku: "" }),
  check("cakes_sku_check", { sku: "choc-1" }),
  check("cakes_sku_check", { sku: "CHOC--1" }),
  check("cakes_name_check", { name: "" }),
  check("cakes_name_check", { name: "a".repeat(201) }, "a name of 201 characters"),
  check("cakes_category_check", { category: "bread" }),
  check("cakes_currency_check", { currency: "inr" }),
  check("cakes_currency_check", { currency: "IN" }),
  check("orders_currency_check", { currency: "R5" }),
  check("orders_status_check", { status: "lost" }),
  check("orders_fulfilment_check", { fulfilment: "drone" }),
  check("orders_delivery_address_check", { fulfilment: "delivery" }),
  check("orders_delivery_address_check", { fulfilment: "delivery", delivery_address: " " }),
  check("orders_delivery_address_check", { fulfilment: "pickup", delivery_address: "1 Sample Street" }),
  check("order_items_cake_name_check", { cake_name: " " }),
  check("order_items_message_check", { message: "a".repeat(101) }, "a message of 101 characters"),
  check("payments_idempotency_key_check", { idempotency_key: "" }),
  check("payments_idempotency_key_check", { idempotency_key: "a".repeat(256) }, "a key of 256 characters"),
  check("payments_status_check", { status: "paid", provider_payment_id: "pay_1" }),
  check("payments_provider_check", { provider: "cash" }),
  check("payments_provider_payment_id_check", { status: "authorized" }),
  check("payments_provider_payment_id_check", { status: "captured" }),
  check("payments_provider_payment_id_check", { status: "refunded" }),
  check("payments_failure_code_check", { failure_code: "declined" }),
  check("audit_log_actor_check", { actor: "" }),
  check("audit_log_action_check", { action: "placed" }),
  check("audit_log_action_check", { action: "Order.placed" }),
  check("audit_log_entity_type_check", { entity_type: "audit_log" }),
  check("audit_log_details_check", { details: "[]" }),
  check("audit_log_details_check", { details: "null" }),
];

const NUMBER_CHECKS: readonly Refusal[] = [
  check("cakes_weight_grams_check", { weight_grams: 0 }),
  ...["0", "0.004", "-0.01", "NaN"].flatMap((amount) => [
    check("cakes_price_amount_check", { price_amount: amount }),
    check("orders_items_amount_check", { items_amount: amount }),
    check("order_items_unit_amount_check", { unit_amount: amount }),
    check("payments_amount_check", { amount }),
  ]),
  check("orders_delivery_amount_check", { delivery_amount: "-0.01" }),
  check("orders_delivery_amount_check", { delivery_amount: "NaN" }),
  check("inventory_quantity_on_hand_check", { quantity_on_hand: -1, quantity_reserved: -1 }),
  check("inventory_quantity_reserved_check", { quantity_on_hand: 5, quantity_reserved: 6 }),
  check("inventory_quantity_reserved_check", { quantity_reserved: -1 }),
  check("inventory_reorder_level_check", { reorder_level: -1 }),
  check("order_items_quantity_check", { quantity: 0 }),
  check("order_items_quantity_check", { quantity: 1001 }),
];

const TIME_CHECKS: readonly Refusal[] = [
  check("customers_deleted_at_check", BEFORE_IT_BEGAN),
  check("cakes_deleted_at_check", BEFORE_IT_BEGAN),
  check("inventory_deleted_at_check", BEFORE_IT_BEGAN),
  check("orders_deleted_at_check", BEFORE_IT_BEGAN),
  check("order_items_deleted_at_check", BEFORE_IT_BEGAN),
  check("orders_due_at_check", { placed_at: "2025-01-02T00:00:00Z", due_at: "2025-01-01T23:59:59.999999Z" }),
  check("orders_cancelled_at_check", { status: "cancelled" }),
  check("orders_cancelled_at_check", { status: "confirmed", cancelled_at: "2025-01-01T00:00:00Z" }),
];

/** One row at least for every constraint and unique index. */
export const REFUSALS: readonly Refusal[] = [
  ...UNIQUE,
  ...FOREIGN_KEYS,
  ...TEXT_CHECKS,
  ...NUMBER_CHECKS,
  ...TIME_CHECKS,
];
