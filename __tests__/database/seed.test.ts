import { readFileSync } from "node:fs";
import type { Client } from "pg";
import { runDatabaseCommand } from "../../src/database/command";
import { SEED_FILE } from "../../src/database/seed";
import { migrate } from "../../src/database/migrate";
import { testServer } from "../helpers/database";
import { insertStandingRows, TABLES } from "./sample-rows";

const server = testServer();

async function migrated(name: string): Promise<Client> {
  const client = await server.connect(await server.database(name));
  await migrate(client);
  return client;
}

function seed(client: Client): Promise<string[]> {
  return runDatabaseCommand(client, { command: "seed" }, { protectData: false });
}

/** Every row of every table, with all its columns. */
async function contents(client: Client): Promise<Record<string, unknown[]>> {
  const tables: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    const { rows } = await client.query<{ row: unknown }>(`SELECT to_jsonb(t) AS row FROM ${table} AS t ORDER BY id`);
    tables[table] = rows.map(({ row }) => row);
  }
  return tables;
}

async function values(client: Client, sql: string): Promise<unknown[]> {
  return (await client.query<[unknown]>({ text: sql, rowMode: "array" })).rows.map(([value]) => value);
}

describe("in an empty database", () => {
  let client: Client;
  beforeAll(async () => {
    client = await migrated("seeded");
    await seed(client);
  });
  test("no row of the file is refused, not even in silence", async () => {
    const inFile = new Set(readFileSync(SEED_FILE, "utf8").match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g));
    const all = TABLES.map((table) => `SELECT public_id::text FROM ${table}`).join(" UNION ALL ");
    expect((await values(client, all)).sort()).toEqual([...inFile].sort());
  });
  test("every table has a sample", async () => {
    const counts = Object.entries(await contents(client)).map(([table, rows]) => [table, rows.length > 0]);
    expect(counts).toEqual(TABLES.map((table) => [table, true]));
  });
  test("seeding again changes nothing", async () => {
    const before = await contents(client);
    expect(await seed(client)).toEqual(["The sample data is there already."]);
    expect(await contents(client)).toEqual(before);
  });
  test("an order's amount is the sum of its items, which cost what their cakes do", async () => {
    expect(
      await values(
        client,
        `SELECT orders.public_id FROM orders LEFT JOIN order_items ON order_items.order_id = orders.id
         GROUP BY orders.id HAVING sum(line_amount) IS DISTINCT FROM items_amount`,
      ),
    ).toEqual([]);
    expect(
      await values(
        client,
        `SELECT order_items.public_id FROM order_items JOIN cakes ON cakes.id = cake_id
         WHERE (unit_amount, cake_name, order_items.currency) IS DISTINCT FROM (price_amount, name, cakes.currency)`,
      ),
    ).toEqual([]);
  });
  test("an order that goes on is paid for in full, a pending one is not", async () => {
    expect(
      await values(
        client,
        `SELECT orders.public_id FROM orders
         LEFT JOIN payments ON payments.order_id = orders.id AND payments.status = 'captured'
         GROUP BY orders.id
         HAVING coalesce(sum(amount), 0) <> CASE WHEN orders.status IN ('pending', 'cancelled') THEN 0 ELSE total_amount END`,
      ),
    ).toEqual([]);
  });
  test("open orders have reserved stock, and no cake has less than it reserved for them", async () => {
    expect(
      await values(
        client,
        `SELECT cake_id FROM order_items JOIN orders ON orders.id = order_id JOIN inventory USING (cake_id)
         WHERE status NOT IN ('pending', 'delivered', 'cancelled')
         GROUP BY cake_id, quantity_reserved HAVING quantity_reserved < sum(quantity)`,
      ),
    ).toEqual([]);
  });
  test("the log is about rows that are there", async () => {
    const payments = "SELECT FROM payments WHERE public_id = entity_public_id";
    expect(
      await values(client, `SELECT id FROM audit_log WHERE entity_type <> 'payments' OR NOT EXISTS (${payments})`),
    ).toEqual([]);
  });
  test("nobody in it is real", async () => {
    expect(await values(client, "SELECT email FROM customers WHERE email NOT LIKE '%@example.com'")).toEqual([]);
    expect(await values(client, "SELECT full_name FROM customers WHERE full_name NOT LIKE 'Sample %'")).toEqual([]);
    expect(await values(client, "SELECT phone FROM customers WHERE phone !~ '^\\+9198000000\\d\\d$'")).toEqual([]);
    expect(
      await values(client, "SELECT delivery_address FROM orders WHERE delivery_address NOT LIKE '%Sample Street%'"),
    ).toEqual([]);
  });
});

test("what was changed since is not overwritten, and what was deleted softly does not come back", async () => {
  const client = await migrated("changed");
  await seed(client);
  await client.query(`
    UPDATE customers SET email = 'moved-' || email;
    UPDATE cakes SET price_amount = 1, deleted_at = now();
    UPDATE inventory SET quantity_on_hand = 100;
    UPDATE orders SET status = 'delivered', deleted_at = now();
    UPDATE order_items SET quantity = 9;
    UPDATE payments SET status = 'refunded'`);
  const before = await contents(client);
  expect(await seed(client)).toEqual(["The sample data is there already."]);
  expect(await contents(client)).toEqual(before);
});

test("rows that conflict with a sample are left alone", async () => {
  const client = await migrated("beside");
  await insertStandingRows(client);
  await client.query(`
    UPDATE customers SET email = 'asha@example.com';
    UPDATE cakes SET sku = 'CHOC-TRUFFLE-1KG' WHERE id = 1;
    UPDATE payments SET idempotency_key = 'sample-key-1'`);
  const before = await contents(client);
  await seed(client);
  const after = await contents(client);
  for (const table of TABLES) {
    expect(after[table]).toEqual(expect.arrayContaining(before[table] ?? []));
  }
});
