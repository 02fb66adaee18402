import type { Client } from "pg";
import { migrate } from "../../src/database/migrate";
import * as queries from "./shop-queries";
import { NAMED_QUERIES, type NamedQuery } from "./shop-queries";
import { testServer } from "../helpers/database";
import { attempt } from "./attempt";
import { change, insertion, insertStandingRows, STANDING_ID, type Statement } from "./sample-rows";

const server = testServer();
let client: Client;
beforeAll(async () => {
  client = await server.connect(await server.database("answers"));
  await migrate(client);
  await insertStandingRows(client);
  // No stock is left, and the order is confirmed.
  await client.query("UPDATE inventory SET quantity_reserved = quantity_on_hand");
  await client.query("UPDATE orders SET status = 'confirmed', placed_at = '2026-01-15Z'");
  await client.query("UPDATE order_items SET created_at = '2026-01-15Z'");
  const { text, values } = insertion("audit_log", {
    entity_type: "payments",
    action: "payment.captured",
    details: `{"razorpay_payment_id": "pay_standing"}`,
  });
  await client.query(text, [...values]);
});

const [BEGIN, END] = ["2026-01-15T00:00:00Z", "2026-01-16T00:00:00Z"];
const FOREVER = "infinity";

/** Parameters with which a query finds the standing row, and tables whose row hides it when that is deleted softly. */
const FINDING: readonly [query: NamedQuery, parameters: readonly unknown[], gone: readonly Softly[]][] = [
  [queries.customerByEmail, ["Standing@EXAMPLE.com"], ["customers"]],
  [queries.catalogueByCategory, ["birthday", "0", 0, 1], ["cakes"]],
  [queries.lowStock, [], ["cakes", "inventory"]],
  [queries.orderByPublicId, [STANDING_ID], ["orders"]],
  [queries.ordersOfCustomer, [1, FOREVER, 0, 10], ["customers", "orders"]],
  [queries.kitchenQueue, ["confirmed", FOREVER, 10], ["orders"]],
  [queries.ordersPlacedBetween, [BEGIN, END], ["orders"]],
  [queries.itemsOfOrder, [STANDING_ID], ["orders", "order_items"]],
  [queries.salesOfCake, [STANDING_ID, BEGIN, END], ["orders", "order_items"]],
  [queries.paymentsOfOrder, [STANDING_ID], ["orders"]],
  [queries.paymentByIdempotencyKey, ["standing-key"], []],
  [queries.paymentByProviderOrder, ["order_standing"], []],
  [queries.attemptsOfPayment, [STANDING_ID], []],
  [queries.unsettledPayments, [FOREVER, 10], []],
  [queries.auditOfEntity, ["orders", STANDING_ID, 10], []],
];

const DELETABLE = ["customers", "cakes", "inventory", "orders", "order_items"] as const;
type Softly = (typeof DELETABLE)[number];

function asked({ sql }: NamedQuery, values: readonly unknown[]): Statement {
  return { text: sql, values };
}

test("every named query is tested here, under a unique name", () => {
  expect(FINDING.map(([query]) => query)).toEqual(NAMED_QUERIES);
  expect(new Set(NAMED_QUERIES.map(({ name }) => name)).size).toBe(NAMED_QUERIES.length);
});

test.each(NAMED_QUERIES)("$name describes each of its parameters", ({ name, purpose, sql, parameters }) => {
  expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(purpose).toMatch(/\.$/);
  const places = new Set(sql.match(/\$\d+/g));
  expect([...places].sort()).toEqual(parameters.map((_, index) => `$${String(index + 1)}`));
});

test.each(NAMED_QUERIES)("$name lists its columns, each once", async ({ sql, parameters }) => {
  expect(sql).not.toMatch(/SELECT \*|\.\*/);
  const { fields } = await client.query(
    `SELECT * FROM (${sql}) AS answer`,
    parameters.map(() => null),
  );
  const names = fields.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

test.each(FINDING.map(([query, parameters, gone]) => ({ name: query.name, query, parameters, gone })))(
  "$name finds its row, unless $gone are soft-deleted",
  async ({ query, parameters, gone }) => {
    const question = asked(query, parameters);
    expect((await attempt(client, question)).rows).toHaveLength(1);
    const hiding: Softly[] = [];
    for (const table of DELETABLE) {
      const { code, rows } = await attempt(client, softly(query, table), question);
      expect(code).toBeUndefined();
      hiding.push(...(rows.length === 0 ? [table] : []));
    }
    expect(hiding).toEqual(gone);
  },
);

/** Otherwise the second cake would take the place of the first in the catalogue. */
function softly(query: NamedQuery, table: Softly): Statement | string {
  const catalogue = query === queries.catalogueByCategory && table === "cakes";
  return catalogue ? "UPDATE cakes SET deleted_at = now()" : change(table, "deleted_at = now()");
}

describe("pages", () => {
  test("of orders have every order once, even at the same time or in the same millisecond", async () => {
    const order = (placedAt: string): Statement => insertion("orders", { placed_at: placedAt });
    const moments = ["000000", "000100", "000200", "000200", "000200", "000300", "001000"];
    await client.query("BEGIN");
    for (const { text, values } of moments.map((moment) => order(`2026-02-01T00:00:00.${moment}Z`))) {
      await client.query(text, [...values]);
    }
    const seen: string[] = [];
    let after: readonly [string, string] = [FOREVER, "0"];
    for (let page = 0; page < 10; page += 1) {
      const { rows } = await client.query<{ id: string; page_key: string }>(queries.ordersOfCustomer.sql, [
        1,
        ...after,
        2,
      ]);
      seen.push(...rows.map(({ id }) => id));
      const last = rows.at(-1);
      if (last === undefined) {
        break;
      }
      after = [last.page_key, last.id];
    }
    const { rows: all } = await client.query<{ id: string }>("SELECT id FROM orders ORDER BY placed_at DESC, id DESC");
    await client.query("ROLLBACK");
    expect(all).toHaveLength(1 + moments.length);
    expect(seen).toEqual(all.map(({ id }) => id));
  });
  test("of the catalogue continue after the last cake seen, even at the same price", async () => {
    const { rows: first } = await attempt(client, asked(queries.catalogueByCategory, ["birthday", "0", 0, 1]));
    const [{ id, price_amount: price } = { id: "", price_amount: "" }] = first as {
      id: string;
      price_amount: string;
    }[];
    const { rows: second } = await attempt(client, asked(queries.catalogueByCategory, ["birthday", price, id, 1]));
    expect([...first, ...second]).toMatchObject([{ sku: "STANDING-1" }, { sku: "STANDING-2" }]);
  });
});

test("an unavailable cake is not in the catalogue", async () => {
  const taken = "UPDATE cakes SET is_available = false";
  const { rows } = await attempt(client, taken, asked(queries.catalogueByCategory, ["birthday", "0", 0, 10]));
  expect(rows).toEqual([]);
});

test.each(["pending", "cancelled"])("a %s order is not a sale", async (status) => {
  const cancelled = status === "cancelled" ? "now()" : "NULL";
  const { rows } = await attempt(
    client,
    change("orders", `status = '${status}', cancelled_at = ${cancelled}`),
    asked(queries.salesOfCake, [STANDING_ID, BEGIN, END]),
  );
  expect(rows).toEqual([]);
});

test("a day's sales are summed by status, from midnight until just before the next", async () => {
  const { rows } = await attempt(
    client,
    insertion("orders", { placed_at: "2026-01-15T23:59:59.999999Z", status: "confirmed", items_amount: "100.25" }),
    insertion("orders", { placed_at: END, status: "confirmed" }),
    insertion("orders", { placed_at: BEGIN }),
    asked(queries.ordersPlacedBetween, [BEGIN, END]),
  );
  expect(rows).toEqual([
    { status: "confirmed", currency: "INR", orders: 2, amount: "550.25" },
    { status: "pending", currency: "INR", orders: 1, amount: "450.00" },
  ]);
});

test("the kitchen sees an order's items in the order in which they were added", async () => {
  const { rows } = await attempt(
    client,
    insertion("order_items", { cake_name: "Second", quantity: 2, message: "Happy birthday" }),
    insertion("order_items", { cake_name: "Taken off again", deleted_at: "2999-01-01T00:00:00Z" }),
    asked(queries.kitchenQueue, ["confirmed", FOREVER, 1]),
  );
  expect(rows).toMatchObject([
    {
      items: [
        { cake: "Another", quantity: 1, message: null },
        { cake: "Second", quantity: 2, message: "Happy birthday" },
      ],
    },
  ]);
});

test.each(["captured", "refunded"])("a %s payment is settled", async (status) => {
  const settled = change("payments", `status = '${status}', provider_payment_id = 'pay_1'`);
  expect((await attempt(client, settled, asked(queries.unsettledPayments, [FOREVER, 10]))).rows).toEqual([]);
});
