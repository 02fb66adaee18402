import type { Client, ClientConfig } from "pg";
import { migrate } from "../../src/database/migrate";
import { testServer } from "../helpers/database";
import { attempt } from "./attempt";
import { change, insertion, insertStandingRows, type Table } from "./sample-rows";

const server = testServer();
let config: ClientConfig;
let client: Client;
beforeAll(async () => {
  config = await server.database("updated_at");
  client = await server.connect(config);
  await migrate(client);
  await insertStandingRows(client);
});

async function columns(condition: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    SELECT table_name || '.' || column_name AS name FROM information_schema.columns
    WHERE table_schema = 'public' AND ${condition} ORDER BY 1`);
  return rows.map(({ name }) => name);
}

/** Tables whose rows change; entries of the log do not. */
const CHANGING = ["cakes", "customers", "inventory", "order_items", "orders", "payments"] as const;

test("every table whose rows change has the column, and the trigger that keeps it", async () => {
  const { rows } = await client.query<{ name: string }>(`
    SELECT tgrelid::regclass::text AS name FROM pg_trigger
    WHERE tgfoid = 'set_updated_at'::regproc AND tgenabled = 'O' AND tgqual IS NULL AND tgattr = ''
    ORDER BY 1`);
  expect(rows.map(({ name }) => name)).toEqual(CHANGING);
  expect(await columns("column_name = 'updated_at'")).toEqual(CHANGING.map((table) => `${table}.updated_at`));
});

const LONG_AGO = "2001-01-01T00:00:00Z";
const OLD = { public_id: "00000000-0000-4000-8000-000000000002", created_at: LONG_AGO, updated_at: LONG_AGO };
const TIMES = `
  RETURNING updated_at = now() AS "isNow", updated_at = '${LONG_AGO}' AS "isOld", created_at = '${LONG_AGO}' AS "madeLongAgo"`;

describe.each(CHANGING)("%s", (table: Table) => {
  const inserted = insertion(table, OLD);
  const update = (assignments: string): string =>
    `UPDATE ${table} SET ${assignments} WHERE public_id = '${OLD.public_id}'${TIMES}`;
  test("an update sets it to the transaction's time, and leaves created_at", async () => {
    expect((await attempt(client, inserted, update("public_id = public_id"))).rows).toEqual([
      { isNow: true, isOld: false, madeLongAgo: true },
    ]);
  });
  test("a value that the statement brings is overridden", async () => {
    expect((await attempt(client, inserted, update(`updated_at = '${LONG_AGO}'`))).rows).toEqual([
      { isNow: true, isOld: false, madeLongAgo: true },
    ]);
    expect((await attempt(client, inserted, update("updated_at = NULL"))).rows).toEqual([
      { isNow: true, isOld: false, madeLongAgo: true },
    ]);
  });
  test("an insert that turns into an update sets it too", async () => {
    const { text, values } = insertion(table, OLD);
    const upsert = `${text} ON CONFLICT (public_id) DO UPDATE SET updated_at = excluded.updated_at${TIMES}`;
    expect((await attempt(client, inserted, { text: upsert, values })).rows).toEqual([
      { isNow: true, isOld: false, madeLongAgo: true },
    ]);
  });
  test("a new row has the transaction's time", async () => {
    const { text, values } = insertion(table);
    const returning = " RETURNING updated_at = now() AS updated, created_at = now() AS created";
    expect((await attempt(client, { text: text + returning, values })).rows).toEqual([
      { updated: true, created: true },
    ]);
  });
});

describe("time", () => {
  test("is a moment in every column that has one, never a clock's face", async () => {
    const times = ["created_at", "updated_at", "deleted_at", "placed_at", "due_at", "cancelled_at"];
    const moments = await columns("data_type = 'timestamp with time zone'");
    expect(new Set(moments.map((column) => column.split(".")[1]))).toEqual(new Set(times));
    expect(await columns("data_type IN ('timestamp without time zone', 'date', 'time without time zone')")).toEqual([]);
  });
  test("comes back in UTC, wherever it was written", async () => {
    const due = change("orders", "due_at = '2999-01-01T05:30:00+05:30'").text;
    expect((await attempt(client, `${due} RETURNING due_at::text, due_at AS date`)).rows).toEqual([
      { due_at: "2999-01-01 00:00:00+00", date: new Date("2999-01-01T00:00:00Z") },
    ]);
  });
  test("is the same moment for a session of another zone", async () => {
    const kochi = await server.connect(config);
    await kochi.query("SET timezone = 'Asia/Kolkata'");
    await kochi.query(change("orders", "due_at = '2999-01-01 05:30:00'").text);
    const { rows } = await client.query("SELECT due_at::text FROM orders WHERE id = 1");
    expect(rows).toEqual([{ due_at: "2999-01-01 00:00:00+00" }]);
  });
});
