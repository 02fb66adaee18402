import { createHash } from "node:crypto";
import type { Client } from "pg";
import type { Table } from "./sample-rows";
import { ORDERS as COUNT } from "./load-size";
import { shared, withoutIndexes } from "./without-indexes";

/** Settings of a server that is filled once and thrown away. The planner's costs stay as they are. */
export const FILLING_SETTINGS = {
  shared_buffers: "512MB",
  maintenance_work_mem: "256MB",
  max_wal_size: "8GB",
  wal_level: "minimal",
  max_wal_senders: "0",
  full_page_writes: "off",
  synchronous_commit: "off",
  autovacuum: "off",
  // One process per query, as on the smallest Aurora, and the same on every machine.
  max_parallel_workers_per_gather: "0",
};

/** How many rows are created. Cakes stay as they are, however many of them are sold. */
export const SIZES = {
  customers: COUNT / 10,
  cakes: 2_000,
  orders: COUNT,
  order_items: 1.6 * COUNT,
  audit_log: 2 * COUNT,
};

/** A table with at least so many rows grows with every order or customer. */
export const LARGE = SIZES.customers;

/** End of the data, three years after its beginning. Orders due later are still open. */
export const TODAY = "2025-12-31T00:00:00Z";

/** Seconds between two orders, which together fill 2023 to 2025. */
const SECONDS_PER_ORDER = 94_694_400 / SIZES.orders;

/** Public id of a row, as an expression in SQL. @param row - expression of the row's number */
function publicId(table: Table, row: string): string {
  return `md5('${table}' || ${row})::uuid`;
}

/** Public id of a row. @param row - the row's number, from 1 */
export function publicIdOf(table: Table, row: number): string {
  const digits = createHash("md5")
    .update(`${table}${String(row)}`)
    .digest("hex");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A number from 0 to below `size` that looks random and is the same each time. */
function pick(row: string, seed: number, size: number): string {
  return `(mod(hashint8extended(${row}, ${String(seed)}) & 9223372036854775807, ${String(size)}))`;
}

/** Like {@link pick}, with small numbers more often: a few cakes and customers are in most orders. */
function favourite(row: string, seed: number, size: number): string {
  return `floor(${String(size)} * (${pick(row, seed, 1_000_000)} / 1e6::float8) ^ 2)::integer`;
}

function placedAt(order: string): string {
  return `to_timestamp(${String(Date.parse("2023-01-01T00:00:00Z") / 1000)} + ${order} * ${String(SECONDS_PER_ORDER)}::float8)`;
}

const CUSTOMERS = `
  INSERT INTO customers (id, public_id, email, full_name, phone, created_at, updated_at, deleted_at)
  OVERRIDING SYSTEM VALUE
  SELECT n, ${publicId("customers", "n")}, 'customer-' || n || '@example.com', 'Sample customer ' || n,
    '+9198' || lpad(n::text, 8, '0'), '2022-12-31Z', '2022-12-31Z', CASE WHEN n % 100 = 99 THEN '${TODAY}'::timestamptz END
  FROM generate_series(1, ${String(SIZES.customers)}) AS n`;

/** One in ten is on sale; the others were, for a season. */
const CAKES = `
  INSERT INTO cakes (id, public_id, sku, name, description, category, weight_grams, price_amount, is_available, created_at, updated_at, deleted_at)
  OVERRIDING SYSTEM VALUE
  SELECT n, ${publicId("cakes", "n")}, 'CAKE-' || n, 'Cake ' || n, repeat('Three layers, soaked and filled. ', 10),
    (ARRAY['birthday', 'birthday', 'wedding', 'cupcake', 'pastry', 'seasonal'])[1 + n % 6], 250 + 250 * (n % 8),
    300 + 10 * ${pick("n", 1, 120)}, n % 200 <> 0, '2022-12-31Z', '2022-12-31Z', CASE WHEN n % 10 <> 0 THEN '${TODAY}'::timestamptz END
  FROM generate_series(1, ${String(SIZES.cakes)}) AS n`;

const INVENTORY = `
  INSERT INTO inventory (id, public_id, cake_id, quantity_on_hand, quantity_reserved, reorder_level, created_at, deleted_at)
  OVERRIDING SYSTEM VALUE
  SELECT id, ${publicId("inventory", "id")}, id, 10 + id % 40, id % 7, CASE WHEN id % 160 = 0 THEN 40 ELSE 3 END,
    created_at, deleted_at
  FROM cakes`;

/** Eight items for every five orders. */
const ORDER_ITEMS = `
  INSERT INTO order_items (id, public_id, order_id, cake_id, cake_name, message, quantity, unit_amount, created_at, updated_at)
  OVERRIDING SYSTEM VALUE
  SELECT n, ${publicId("order_items", "n")}, order_id, cakes.id, cakes.name,
    CASE WHEN n % 4 = 0 THEN 'Happy birthday' END, 1 + n % 2, cakes.price_amount, ${placedAt("order_id")}, ${placedAt("order_id")}
  FROM (SELECT n, (n - 1) * 5 / 8 + 1 AS order_id, 1 + ${favourite("n", 2, SIZES.cakes)} AS cake_id
        FROM generate_series(1, ${String(SIZES.order_items)}) AS n) AS item
  JOIN cakes ON cakes.id = item.cake_id
  ORDER BY n`;

/** All orders that were due are delivered, except one in 25, which was cancelled. */
const ORDERS = `
  INSERT INTO orders (id, public_id, customer_id, status, fulfilment, delivery_address, items_amount, delivery_amount,
    placed_at, due_at, cancelled_at, created_at, updated_at, deleted_at)
  OVERRIDING SYSTEM VALUE
  SELECT n, ${publicId("orders", "n")}, 1 + ${favourite("n", 3, SIZES.customers)}, status,
    CASE WHEN n % 3 = 0 THEN 'delivery' ELSE 'pickup' END, CASE WHEN n % 3 = 0 THEN n || ' Sample Street, Kochi' END,
    items_amount, CASE WHEN n % 3 = 0 THEN 80 ELSE 0 END,
    placed_at, due_at, CASE WHEN status = 'cancelled' THEN placed_at END, placed_at, placed_at,
    CASE WHEN n % 1000 = 0 THEN placed_at END
  FROM (
    SELECT n, items_amount, placed_at, due_at,
      CASE WHEN ${pick("n", 4, 25)} = 0 THEN 'cancelled'
        WHEN due_at < '${TODAY}' THEN 'delivered'
        ELSE (ARRAY['pending', 'confirmed', 'confirmed', 'confirmed', 'baking', 'ready'])[1 + ${pick("n", 5, 6)}] END AS status
    FROM (
      SELECT order_id AS n, sum(line_amount) AS items_amount, ${placedAt("order_id")} AS placed_at,
        ${placedAt("order_id")} + make_interval(hours => (6 + ${pick("order_id", 6, 120)})::integer) AS due_at
      FROM order_items GROUP BY order_id
    ) AS timed
  ) AS placed
  ORDER BY n`;

/** Payments of open orders are open, and one in 5,000 was never settled. */
const PAYMENTS = `
  INSERT INTO payments (id, public_id, order_id, idempotency_key, status, amount, provider_order_id, provider_payment_id, created_at, updated_at)
  OVERRIDING SYSTEM VALUE
  SELECT id, ${publicId("payments", "id")}, id, 'key-' || id, status, total_amount, 'order_sample' || id,
    CASE WHEN status <> 'created' THEN 'pay_sample' || id END, placed_at, placed_at
  FROM (
    SELECT id, total_amount, placed_at,
      CASE WHEN status = 'pending' OR id % 5000 = 7 THEN 'created' WHEN status = 'cancelled' THEN 'refunded' ELSE 'captured' END AS status
    FROM orders
  ) AS paid
  ORDER BY id`;

/** Two for every order. */
const AUDIT_LOG = `
  INSERT INTO audit_log (id, public_id, actor, action, entity_type, entity_public_id, request_id, details, created_at)
  OVERRIDING SYSTEM VALUE
  SELECT n, ${publicId("audit_log", "n")}, 'app', CASE WHEN n % 2 = 1 THEN 'order.placed' ELSE 'payment.captured' END,
    CASE WHEN n % 2 = 1 THEN 'orders' ELSE 'payments' END,
    CASE WHEN n % 2 = 1 THEN ${publicId("orders", "(n + 1) / 2")} ELSE ${publicId("payments", "n / 2")} END,
    'request-' || n, jsonb_strip_nulls(jsonb_build_object('razorpay_payment_id', CASE WHEN n % 2 = 0 THEN 'pay_sample' || n / 2 END)),
    ${placedAt("(n + 1) / 2")}
  FROM generate_series(1, ${String(SIZES.audit_log)}) AS n`;

/**
 * Fills a migrated, empty database with a shop of three years: its orders and what belongs to them. The same rows every
 * time.
 *
 * @param clients - two sessions of the tables' owner
 */
export async function makeMillionOrders(clients: readonly [Client, Client]): Promise<void> {
  const [one, other] = clients;
  await Promise.all(clients.map((client) => client.query("SET work_mem = '256MB'")));
  await withoutIndexes(clients, async () => {
    await one.query(CAKES);
    await Promise.all([
      (async () => {
        await fresh(one, "order_items", ORDER_ITEMS);
        await fresh(one, "orders", ORDERS);
      })(),
      (async () => {
        await fresh(other, "audit_log", AUDIT_LOG);
        await other.query(CUSTOMERS);
        await other.query(INVENTORY);
      })(),
    ]);
    await fresh(one, "payments", PAYMENTS);
  });
  await shared(
    clients,
    ["orders", "order_items", "audit_log", "payments", "customers", "cakes", "inventory"],
    (client, table) => client.query(`VACUUM (ANALYZE) ${table}`),
  );
}

/** With wal_level minimal, a table that is emptied in the same transaction is filled without write-ahead log. */
async function fresh(client: Client, table: string, sql: string): Promise<void> {
  await client.query(`BEGIN; TRUNCATE ${table}; ${sql}; COMMIT`);
}
