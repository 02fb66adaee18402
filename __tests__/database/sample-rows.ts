import type { Client } from "pg";

/** A statement with its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Values of columns by name. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Public id of every row that {@link insertStandingRows} adds. */
export const STANDING_ID = "00000000-0000-4000-8000-000000000001";

const SAMPLES = {
  customers: { email: "another@example.com", full_name: "Another sample" },
  cakes: { sku: "ANOTHER-1", name: "Another", category: "birthday", weight_grams: 1000, price_amount: "450.00" },
  inventory: { cake_id: 2, quantity_on_hand: 5, quantity_reserved: 1 },
  orders: { customer_id: 1, items_amount: "450.00", due_at: "2999-01-01T00:00:00Z" },
  order_items: { order_id: 1, cake_id: 1, cake_name: "Another", quantity: 1, unit_amount: "450.00" },
  payments: { order_id: 1, idempotency_key: "another-key", amount: "450.00", provider_order_id: "order_another" },
  audit_log: { actor: "test", action: "order.placed", entity_type: "orders", entity_public_id: STANDING_ID },
} satisfies Record<string, Row>;

/** A table of the schema. */
export type Table = keyof typeof SAMPLES;

/** Every table, those that others refer to first. */
export const TABLES = Object.keys(SAMPLES) as readonly Table[];

/**
 * Statement that adds a row to the standing ones: a row that all constraints accept, except for the changes.
 *
 * @param changes - columns that differ, or come in addition @default none
 * @param overriding - true where the row brings its own id @default false
 */
export function insertion(table: Table, changes: Row = {}, overriding = false): Statement {
  const row: Row = { ...SAMPLES[table], ...changes };
  const columns = Object.keys(row);
  return {
    text: [
      `INSERT INTO ${table} (${columns.join(", ")})`,
      ...(overriding ? ["OVERRIDING SYSTEM VALUE"] : []),
      `VALUES (${columns.map((_, index) => `$${String(index + 1)}`).join(", ")})`,
    ].join(" "),
    values: Object.values(row),
  };
}

/** Statement that changes the standing row of a table. */
export function change(table: Table, assignments: string): Statement {
  return { text: `UPDATE ${table} SET ${assignments} WHERE id = 1`, values: [] };
}

/** Fills an empty database with one row a table, whose id is 1; and a second cake, of which there is no stock. */
export async function insertStandingRows(client: Client): Promise<void> {
  const standing = { public_id: STANDING_ID };
  for (const { text, values } of [
    insertion("customers", { ...standing, email: "standing@example.com" }),
    insertion("cakes", { ...standing, sku: "STANDING-1" }),
    insertion("cakes", { sku: "STANDING-2" }),
    insertion("inventory", { ...standing, cake_id: 1 }),
    insertion("orders", standing),
    insertion("order_items", standing),
    insertion("payments", { ...standing, idempotency_key: "standing-key", provider_order_id: "order_standing" }),
    insertion("audit_log", standing),
  ]) {
    await client.query(text, [...values]);
  }
}
