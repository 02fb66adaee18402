import type { Client } from "pg";
import { migrate } from "../../src/database/migrate";
import { APP_ROLE } from "../../src/database/app-role";
import { readSchema, type Schema } from "../../src/database/schema";
import { testServer } from "../helpers/database";

const server = testServer();

let client: Client;
let schema: Schema;
beforeAll(async () => {
  client = await server.connect(await server.database("read"));
  await migrate(client);
  schema = await readSchema(client);
});

test("has the tables of the handover, each with its meaning", () => {
  expect(schema.tables.map(({ name }) => name)).toEqual([
    "audit_log",
    "cakes",
    "customers",
    "inventory",
    "order_items",
    "orders",
    "payments",
  ]);
  expect(schema.tables.filter(({ comment }) => comment === null)).toEqual([]);
});

test("a column has type, default, identity and generation as PostgreSQL has them", () => {
  const columns = new Map(schema.columns.map((column) => [`${column.table}.${column.name}`, column]));
  expect(columns.get("orders.id")).toMatchObject({
    type: "bigint",
    identity: "always",
    default: null,
    nullable: false,
  });
  expect(columns.get("orders.status")).toMatchObject({ type: "text", default: "'pending'::text", nullable: false });
  expect(columns.get("orders.total_amount")).toMatchObject({
    type: "numeric(10,2)",
    generated: "(items_amount + delivery_amount)",
    default: null,
  });
  expect(columns.get("customers.phone")).toMatchObject({ nullable: true, comment: "E.164, such as +919800000000" });
});

test("every foreign key says what happens on delete, and why", () => {
  const keys = schema.constraints.filter(({ kind }) => kind === "foreign key");
  expect(keys.filter(({ comment }) => comment === null)).toEqual([]);
  expect(keys.map(({ table, columns, references, onDelete }) => [table, columns, references, onDelete])).toEqual([
    ["inventory", ["cake_id"], "cakes", "cascade"],
    ["order_items", ["cake_id"], "cakes", "restrict"],
    ["order_items", ["order_id", "currency"], "orders", "cascade"],
    ["orders", ["customer_id"], "customers", "restrict"],
    ["payments", ["order_id", "currency"], "orders", "restrict"],
  ]);
});

test("an index has its key and its condition; those of constraints are left out", () => {
  const names = schema.indexes.map(({ name }) => name);
  expect(names).not.toContain("orders_pkey");
  expect(names).not.toContain("orders_public_id_key");
  expect(schema.indexes.find(({ name }) => name === "customers_email_key")).toEqual({
    table: "customers",
    name: "customers_email_key",
    unique: true,
    columns: ["email"],
    predicate: "(deleted_at IS NULL)",
    definition: "UNIQUE btree (email) WHERE (deleted_at IS NULL)",
    comment: null,
  });
});

test("the app's role may read and add, change what is no log, and delete nothing", () => {
  const mayChange = (table: string): boolean => table !== "audit_log";
  expect(schema.appRole).toEqual({
    attributes: ["nologin", "may be taken on by the migrating user"],
    schemaPrivileges: ["usage"],
  });
  expect(schema.privileges).toEqual(
    schema.tables.map(({ name }) => ({
      table: name,
      privileges: mayChange(name)
        ? ["insert", "select", "update"]
        : ["insert (action, actor, details, entity_public_id, entity_type, request_id)", "select"],
    })),
  );
});

test("a privilege on some columns is listed with its columns", async () => {
  await client.query("BEGIN");
  await client.query(
    `REVOKE UPDATE ON customers FROM ${APP_ROLE}; GRANT UPDATE (phone, full_name) ON customers TO ${APP_ROLE}`,
  );
  const { privileges } = await readSchema(client);
  await client.query("ROLLBACK");
  expect(privileges.find(({ table }) => table === "customers")?.privileges).toEqual([
    "insert",
    "select",
    "update (full_name, phone)",
  ]);
});

test("leaves out Alembic's table and what an extension created", async () => {
  await client.query("BEGIN");
  await client.query("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)");
  await client.query("CREATE EXTENSION citext SCHEMA public");
  const seen = await readSchema(client);
  await client.query("ROLLBACK");
  expect(seen).toEqual(schema);
});

test.each(["", "public", "pg_catalog, public", "migrations"])(
  "prints the same, and leaves the session as it is, with the search_path '%s'",
  async (path) => {
    await client.query("SELECT set_config('search_path', $1, false)", [path]);
    expect(await readSchema(client)).toEqual(schema);
    const { rows } = await client.query("SELECT current_setting('search_path') AS path");
    expect(rows).toEqual([{ path }]);
  },
);

test("prints the same if a temporary table has a table's name", async () => {
  await client.query("CREATE TEMPORARY TABLE orders (id bigint)");
  expect(await readSchema(client)).toEqual(schema);
});
