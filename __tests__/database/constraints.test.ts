import type { Client } from "pg";
import { migrate } from "../../src/database/migrate";
import { testServer } from "../helpers/database";
import { ACCEPTED, attempt } from "./attempt";
import { REFUSALS } from "./refusals";
import { change, insertion, insertStandingRows, TABLES, type Row, type Table } from "./sample-rows";

const server = testServer();
let client: Client;
beforeAll(async () => {
  client = await server.connect(await server.database("constraints"));
  await migrate(client);
  await insertStandingRows(client);
});

async function names(sql: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(sql);
  return rows.map(({ name }) => name);
}

/** Every column of the tables, as `table.column`. @param condition - on pg_attribute @default - all of them */
function columns(condition = "true"): Promise<string[]> {
  return names(`
    SELECT relname || '.' || attname AS name
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped AND ${condition}
    ORDER BY 1`);
}

function apart(column: string): [table: Table, name: string] {
  return column.split(".") as [Table, string];
}

test.each(REFUSALS)("$constraint refuses $what", async ({ statements, code, constraint }) => {
  expect(await attempt(client, ...statements)).toMatchObject({ code, constraint });
});

test("every constraint and unique index has a refusal", async () => {
  const standing = await names(`
    SELECT conname AS name FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION
    SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relnamespace = 'public'::regnamespace AND indisunique
    ORDER BY 1`);
  expect([...new Set(REFUSALS.map(({ constraint }) => constraint))].sort()).toEqual([...standing].sort());
});

test("constraints were checked on all rows, and are checked at once", async () => {
  expect(
    await names(`
      SELECT conname AS name FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace AND (NOT convalidated OR condeferrable)`),
  ).toEqual([]);
});

const AT = "2025-01-01T00:00:00Z";

test.each<[what: string, table: Table, row: Row]>([
  ["an email address of 254 characters", "customers", { email: `${"a".repeat(242)}@example.com` }],
  ["a name of 200 characters, not bytes", "customers", { full_name: "ആ".repeat(200) }],
  ["a phone number of 7 digits", "customers", { phone: "+1234567" }],
  ["a phone number of 15 digits", "customers", { phone: "+123456789012345" }],
  ["a cake of one gram for the least that can be paid", "cakes", { weight_grams: 1, price_amount: "0.01" }],
  ["no stock at all", "inventory", { quantity_on_hand: 0, quantity_reserved: 0, reorder_level: 0 }],
  ["stock that is reserved to the last", "inventory", { quantity_on_hand: 5, quantity_reserved: 5 }],
  ["an order that is due when it is placed", "orders", { placed_at: AT, due_at: AT }],
  ["an order that is cancelled", "orders", { status: "cancelled", cancelled_at: AT }],
  [
    "a delivery for nothing",
    "orders",
    { fulfilment: "delivery", delivery_address: "1 Sample Street", delivery_amount: 0 },
  ],
  ["an order that is deleted when it is made", "orders", { created_at: AT, deleted_at: AT }],
  ["a thousand pieces", "order_items", { quantity: 1000, unit_amount: "0.01" }],
  ["a message of 100 characters", "order_items", { message: "a".repeat(100) }],
  ["a key of 255 characters", "payments", { idempotency_key: "a".repeat(255) }],
  ["a failure without a provider's payment", "payments", { status: "failed", failure_code: "declined" }],
  ["a payment that arrived", "payments", { status: "captured", provider_payment_id: "pay_1" }],
  ["an entry without details", "audit_log", { details: "{}" }],
])("%s is accepted", async (_, table, row) => {
  expect(await attempt(client, insertion(table, row))).toMatchObject(ACCEPTED);
});

test("two rows without a provider's id do not conflict", async () => {
  const one = insertion("payments", { provider_order_id: null });
  const other = insertion("payments", { provider_order_id: null, idempotency_key: "third-key" });
  expect(await attempt(client, one, other)).toMatchObject(ACCEPTED);
});

const OPTIONAL = [
  ...["customers.phone", "orders.delivery_address", "orders.cancelled_at", "order_items.message"],
  ...["payments.provider_order_id", "payments.provider_payment_id", "payments.failure_code", "audit_log.request_id"],
  ...["customers", "cakes", "inventory", "orders", "order_items"].map((table) => `${table}.deleted_at`),
];

test("every column must have a value, except the optional ones", async () => {
  const accepting: string[] = [];
  for (const column of await columns("attgenerated = ''")) {
    const [table, name] = apart(column);
    const { code, column: refused } = await attempt(client, insertion(table, { [name]: null }, true));
    if (code === undefined) {
      accepting.push(column);
    } else {
      expect({ column, code, refused }).toEqual({ column, code: "23502", refused: name });
    }
  }
  expect(accepting.sort()).toEqual([...OPTIONAL].sort());
});

const COMPUTED = ["orders.total_amount", "order_items.line_amount"];

test("ids and computed amounts are the database's own", async () => {
  const own: string[] = [];
  for (const column of await columns("atttypid IN ('bigint'::regtype, 'numeric'::regtype)")) {
    const [table, name] = apart(column);
    const inserted = await attempt(client, insertion(table, { [name]: 2 }));
    const updated = await attempt(client, change(table, `${name} = 2`));
    // 428C9: generated always
    if (inserted.code === "428C9" && updated.code === "428C9") {
      own.push(column);
    }
  }
  expect(own.sort()).toEqual([...TABLES.map((table) => `${table}.id`), ...COMPUTED].sort());
});

test("computed amounts are correct, also after a change", async () => {
  const order = insertion("orders", {
    ...{ items_amount: "100.10", delivery_amount: "0.25", fulfilment: "delivery", delivery_address: "1 Sample Street" },
  });
  const item = insertion("order_items", { unit_amount: "33.33", quantity: 3 });
  expect((await attempt(client, { ...order, text: `${order.text} RETURNING total_amount` })).rows).toEqual([
    { total_amount: "100.35" },
  ]);
  expect((await attempt(client, { ...item, text: `${item.text} RETURNING line_amount` })).rows).toEqual([
    { line_amount: "99.99" },
  ]);
  expect((await attempt(client, `${change("order_items", "quantity = 7").text} RETURNING line_amount`)).rows).toEqual([
    { line_amount: "3150.00" },
  ]);
});

const MONEY = [
  ...["cakes.price_amount", "orders.items_amount", "orders.delivery_amount", "order_items.unit_amount"],
  "payments.amount",
];

describe("money", () => {
  test("is numeric(10,2) in every column", async () => {
    expect(
      await columns("atttypid = 'numeric'::regtype AND format_type(atttypid, atttypmod) = 'numeric(10,2)'"),
    ).toEqual([...MONEY, ...COMPUTED].sort());
    expect(
      await columns("atttypid IN ('numeric'::regtype, 'money'::regtype, 'real'::regtype, 'float8'::regtype)"),
    ).toEqual([...MONEY, ...COMPUTED].sort());
  });
  test.each(MONEY)("%s takes eight digits before the point, and rounds to two after it", async (column) => {
    const [table, name] = apart(column);
    const row: Row = name === "delivery_amount" ? { items_amount: "0.01" } : { delivery_amount: "0" };
    const others = table === "orders" ? row : {};
    const written = async (amount: string): Promise<unknown> => {
      const { text, values } = insertion(table, { ...others, [name]: amount });
      const { code, rows } = await attempt(client, { text: `${text} RETURNING ${name}::text AS amount`, values });
      return code ?? rows;
    };
    const most = name === "delivery_amount" ? "99999999.98" : "99999999.99";
    expect(await written(most)).toEqual([{ amount: most }]);
    expect(await written("1.005")).toEqual([{ amount: "1.01" }]);
    // 22003: out of range
    expect(await written("99999999.995")).toBe("22003");
    expect(await written("Infinity")).toBe("22003");
  });
  test.each<[what: string, table: Table, row: Row]>([
    ["a total", "orders", { items_amount: "99999999.99", delivery_amount: "0.01" }],
    ["a line", "order_items", { unit_amount: "50000000.00", quantity: 2 }],
  ])("%s that is too long is refused, not cut off", async (_, table, row) => {
    expect(await attempt(client, insertion(table, row))).toMatchObject({ code: "22003" });
  });
  test.each(["cakes", "orders", "order_items", "payments"] as const)(
    "%s has it in a currency of three letters",
    async (table) => {
      expect(await attempt(client, insertion(table, { currency: "INRX" }))).toMatchObject({ code: "22001" });
    },
  );
});

describe("deleting a row also deletes", () => {
  test("the stock of a cake that was never sold", async () => {
    const stock = insertion("inventory", { cake_id: 2 });
    const deletion = "DELETE FROM cakes WHERE id = 2";
    const left = "SELECT cake_id::integer FROM inventory";
    expect(await attempt(client, stock, left)).toMatchObject({ rows: [{ cake_id: 1 }, { cake_id: 2 }] });
    expect(await attempt(client, stock, deletion, left)).toMatchObject({ rows: [{ cake_id: 1 }] });
  });
  test("the items of an order that nobody paid for", async () => {
    const deletions = ["DELETE FROM payments", "DELETE FROM orders WHERE id = 1"];
    expect(await attempt(client, "SELECT id::integer FROM order_items")).toMatchObject({ rows: [{ id: 1 }] });
    expect(await attempt(client, ...deletions, "SELECT id::integer FROM order_items")).toMatchObject({
      ...ACCEPTED,
      rows: [],
    });
  });
  test("nothing of the log, whatever it was about", async () => {
    const deletions = ["DELETE FROM payments", "DELETE FROM orders WHERE id = 1"];
    expect(await attempt(client, ...deletions, "SELECT entity_type FROM audit_log")).toMatchObject({
      rows: [{ entity_type: "orders" }],
    });
  });
});

describe("after a row is deleted softly", () => {
  const DELETE = "deleted_at = now()";
  test.each<[what: string, table: Table, again: Row, index: string]>([
    ["email address", "customers", { email: "standing@example.com" }, "customers_email_key"],
    ["stock keeping unit", "cakes", { sku: "STANDING-1" }, "cakes_sku_key"],
    ["stock", "inventory", { cake_id: 1 }, "inventory_cake_id_key"],
  ])("its %s is free, and the row cannot come back while that is taken", async (_, table, again, index) => {
    const taken = [change(table, DELETE), insertion(table, again)];
    expect(await attempt(client, ...taken)).toMatchObject(ACCEPTED);
    expect(await attempt(client, ...taken, change(table, "deleted_at = NULL"))).toMatchObject({
      code: "23505",
      constraint: index,
    });
    expect(await attempt(client, change(table, DELETE), change(table, "deleted_at = NULL"))).toMatchObject(ACCEPTED);
  });
  test("any number of deleted ones may have been the same", async () => {
    const again = insertion("customers", { email: "standing@example.com", deleted_at: "2999-01-01T00:00:00Z" });
    expect(await attempt(client, change("customers", DELETE), again, again)).toMatchObject(ACCEPTED);
  });
});
