import type { Client } from "pg";
import { migrate } from "../../src/database/migrate";
import { NAMED_QUERIES, type NamedQuery } from "./shop-queries";
import { APP_ROLE } from "../../src/database/app-role";
import { testServer } from "../helpers/database";
import { FILLING_SETTINGS, LARGE, makeMillionOrders, SIZES } from "./million-orders";
import { explain, explainPrepared, indexesOf, pages, readWhole, rowsTouched, scansOf, type Explained } from "./plan";
import { QUERY_SAMPLES } from "./query-samples";

const server = testServer({ settings: FILLING_SETTINGS });

/** A session of the owner. */
let owner: Client;
/** Sessions of the app: one as it is, and one that may not use any index. */
let app: Client;
let withoutIndex: Client;
/** Tables that grow with every order. */
let large: string[];
const report: Reported[] = [];
const seconds = { filling: 0 };

beforeAll(async () => {
  const config = await server.database("queries");
  const [one, other] = [await server.connect(config), await server.connect(config)];
  await migrate(one);
  const begin = performance.now();
  await makeMillionOrders([one, other]);
  seconds.filling = (performance.now() - begin) / 1000;
  owner = one;
  [app, withoutIndex] = [await server.connect(config), await server.connect(config)];
  await app.query(`SET ROLE ${APP_ROLE}`);
  await withoutIndex.query(`
    SET ROLE ${APP_ROLE};
    SET enable_indexscan = off;
    SET enable_indexonlyscan = off;
    SET enable_bitmapscan = off`);
  const { rows } = await owner.query<{ table: string }>(
    `SELECT relname AS table FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND reltuples >= $1 ORDER BY relname`,
    [LARGE],
  );
  large = rows.map(({ table }) => table);
});

afterAll(() => {
  process.stdout.write(`\n${render()}\n`);
});

/** The named queries with their parameters, one entry per sample. */
const SAMPLES = NAMED_QUERIES.flatMap((query) =>
  (QUERY_SAMPLES[query.name] ?? []).map((parameters, index) => ({ name: query.name, index, query, parameters })),
);

async function answer(
  client: Client,
  { sql }: NamedQuery,
  parameters: readonly unknown[],
): Promise<readonly unknown[]> {
  return (await client.query<Record<string, unknown>>(sql, [...parameters])).rows;
}

/** Number of rows that an answer is computed from: a sum over orders includes the number. */
function counted(rows: readonly unknown[]): number {
  return (rows as readonly { orders?: number }[]).reduce((sum, { orders = 1 }) => sum + orders, 0);
}

test("the shop has the intended size", async () => {
  expect(large).toEqual(["audit_log", "customers", "order_items", "orders", "payments"]);
  const { rows } = await owner.query<{ orders: number; delivered: number }>(`
    SELECT count(*)::integer AS orders, (count(*) FILTER (WHERE status = 'delivered'))::integer AS delivered FROM orders`);
  expect(rows[0]?.orders).toBe(SIZES.orders);
  expect(rows[0]?.delivered).toBeGreaterThan(0.9 * SIZES.orders);
});

test("every named query has a sample", () => {
  expect(Object.keys(QUERY_SAMPLES).sort()).toEqual(NAMED_QUERIES.map(({ name }) => name).sort());
});

test.each(SAMPLES)(
  "$name, sample $index: finds what a scan of the whole table finds",
  async ({ query, parameters }) => {
    const rows = await answer(app, query, parameters);
    expect(rows).not.toEqual([]);
    expect(rows).toEqual(await answer(withoutIndex, query, parameters));
  },
);

test.each(SAMPLES)("$name, sample $index: uses its index, and reads few other rows", async (sample) => {
  const { query, parameters, index } = sample;
  const rows = await answer(app, query, parameters);
  const explained = await explain(app, query.sql, parameters);
  expect(indexesOf(explained.nodes)).toContain(query.index);
  expect(readWhole(explained.nodes).filter((table) => large.includes(table))).toEqual([]);
  const scans = scansOf(explained.nodes, large).length;
  expect(rowsTouched(explained.nodes, large)).toBeLessThanOrEqual(2 * scans * counted(rows) + 10);
  if (index === 0) {
    const compared = await explain(withoutIndex, query.sql, parameters);
    report.push({ query, rows: rows.length, explained, compared });
  }
});

test.each(NAMED_QUERIES)("$name: uses its index when prepared for any values", async ({ sql, index }) => {
  const nodes = await explainPrepared(app, sql);
  expect(indexesOf(nodes)).toContain(index);
  expect(readWhole(nodes).filter((table) => large.includes(table))).toEqual([]);
});

describe("every index has a reason:", () => {
  test("a named query, a foreign key or uniqueness", async () => {
    const { rows } = await owner.query<{ name: string }>(`
      SELECT indexrelid::regclass::text AS name
      FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
      WHERE relnamespace = 'public'::regnamespace AND NOT indisunique AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE contype = 'f' AND conrelid = indrelid AND indpred IS NULL
          AND (string_to_array(indkey::text, ' ')::int2[])[1:cardinality(conkey)] @> conkey
      )`);
    const named = NAMED_QUERIES.map(({ index }) => index);
    expect(rows.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([]);
  });
  test("a reservation of stock updates no index", async () => {
    await owner.query("UPDATE inventory SET reorder_level = reorder_level WHERE id = 10");
    // @see https://www.postgresql.org/docs/17/storage-hot.html
    const statistics = await statisticsOf(
      ["UPDATE inventory SET quantity_reserved = quantity_reserved + 1 WHERE id = 10"],
      "SELECT n_tup_upd AS updated, n_tup_hot_upd AS hot FROM pg_stat_xact_user_tables WHERE relname = 'inventory'",
    );
    expect(statistics).toEqual([{ updated: "1", hot: "1" }]);
  });
});

const NEW = 9_999_999;

test.each<[what: string, preparation: string, deletion: string]>([
  [
    "a customer without orders",
    `INSERT INTO customers (id, email, full_name) OVERRIDING SYSTEM VALUE VALUES (${String(NEW)}, 'new@example.com', 'New')`,
    `DELETE FROM customers WHERE id = ${String(NEW)}`,
  ],
  [
    "an order without payments",
    `DELETE FROM payments WHERE order_id = ${String(SIZES.orders / 2)}`,
    `DELETE FROM orders WHERE id = ${String(SIZES.orders / 2)}`,
  ],
  [
    "a cake that was never sold",
    `INSERT INTO cakes (id, sku, name, category, weight_grams, price_amount)
     OVERRIDING SYSTEM VALUE VALUES (${String(NEW)}, 'NEW', 'New', 'pastry', 1, 1)`,
    `DELETE FROM cakes WHERE id = ${String(NEW)}`,
  ],
])("deleting %s does not scan a large table", async (_, preparation, deletion) => {
  const statistics = await statisticsOf(
    [preparation, deletion],
    `SELECT relname, seq_scan, n_tup_del FROM pg_stat_xact_user_tables WHERE seq_tup_read >= ${String(LARGE)}`,
  );
  expect(statistics).toEqual([]);
});

/** PostgreSQL's statistics of statements, which are rolled back. @param question - about pg_stat_xact_user_tables */
async function statisticsOf(statements: readonly string[], question: string): Promise<unknown[]> {
  // Otherwise earlier statements of the session would be counted as well.
  await owner.query("SELECT pg_stat_force_next_flush()");
  await owner.query("BEGIN");
  for (const statement of statements) {
    expect((await owner.query(statement)).rowCount).toBe(1);
  }
  const { rows } = await owner.query<Record<string, unknown>>(question);
  await owner.query("ROLLBACK");
  return rows;
}

interface Reported {
  readonly query: NamedQuery;
  readonly rows: number;
  readonly explained: Explained;
  readonly compared: Explained;
}

/** The report, as a table in plain text. */
function render(): string {
  const lines = [
    ["query", "index", "rows", "pages", "ms", "ms without index", "times"],
    ...report.map(({ query, rows, explained, compared }) => [
      query.name,
      query.index,
      String(rows),
      String(pages(explained)),
      explained.milliseconds.toFixed(2),
      compared.milliseconds.toFixed(1),
      (compared.milliseconds / explained.milliseconds).toFixed(0),
    ]),
  ];
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  return [
    `${SIZES.orders.toLocaleString("en")} orders, created in ${seconds.filling.toFixed(0)} s; shared buffers as pages of 8 kB`,
    ...lines.map((line) =>
      line
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    ),
  ].join("\n");
}
