import { Client, type ClientConfig } from "pg";
import { migrate } from "../../src/database/migrate";
import { APP_ROLE } from "../../src/database/app-role";
import { SUPERUSER } from "../../tools/shared/postgres/data";
import { testServer } from "../helpers/database";
import { ACCEPTED, attempt } from "./attempt";
import { change, insertion, insertStandingRows, STANDING_ID, TABLES, type Statement } from "./sample-rows";

const server = testServer();
let config: ClientConfig;
/** A session of the owner that has switched to the role, like the app's sessions. */
let app: Client;
/** A session that sees everything. */
let superuser: Client;
beforeAll(async () => {
  config = await server.database("app_role");
  app = await server.connect(config);
  await migrate(app);
  await insertStandingRows(app);
  await app.query("CREATE TABLE later (id bigint)");
  await app.query(`SET ROLE ${APP_ROLE}`);
  superuser = await server.connect({ ...config, user: SUPERUSER });
});

const REFUSED = { code: "42501" };

/** Rows of an answer as lists, for short expectations. */
async function listed(client: Client, text: string, values: readonly unknown[] = []): Promise<unknown[][]> {
  return (await client.query<unknown[]>({ text, values: [...values], rowMode: "array" })).rows;
}

describe("the app may", () => {
  const returningId = ({ text, values }: Statement): Statement => ({ text: `${text} RETURNING id::integer`, values });
  test.each(TABLES)("read %s", async (table) => {
    expect((await attempt(app, `SELECT id::integer FROM ${table} WHERE id = 1`)).rows).toEqual([{ id: 1 }]);
  });
  test.each(TABLES)("add to %s, with an id of the database's", async (table) => {
    const { code, rows } = await attempt(app, returningId(insertion(table)));
    expect(code).toBeUndefined();
    expect(rows).not.toEqual([{ id: 1 }]);
  });
  test.each(TABLES.filter((table) => table !== "audit_log"))("change %s, and delete a row softly", async (table) => {
    const assignments = table === "payments" ? "status = 'failed'" : "deleted_at = now()";
    expect(await attempt(app, returningId(change(table, assignments)))).toMatchObject({
      ...ACCEPTED,
      rows: [{ id: 1 }],
    });
  });
  test("take an order, from the customer to the captured payment", async () => {
    const outcome = await attempt(
      app,
      insertion("customers"),
      `WITH ordered AS (
         INSERT INTO orders (customer_id, items_amount, due_at)
         SELECT id, 900, now() + interval '1 day' FROM customers WHERE email = 'another@example.com'
         RETURNING id, currency
       )
       INSERT INTO order_items (order_id, currency, cake_id, cake_name, quantity, unit_amount)
       SELECT ordered.id, ordered.currency, cakes.id, cakes.name, 2, cakes.price_amount
       FROM ordered, cakes WHERE sku = 'STANDING-1'`,
      "UPDATE inventory SET quantity_reserved = quantity_reserved + 2 WHERE cake_id = 1",
      `INSERT INTO payments (order_id, idempotency_key, amount, provider_order_id)
       SELECT id, 'a-request', total_amount, 'order_sample' FROM orders WHERE items_amount = 900`,
      `UPDATE payments SET status = 'captured', provider_payment_id = 'pay_sample' WHERE idempotency_key = 'a-request'`,
      "UPDATE orders SET status = 'confirmed' WHERE items_amount = 900",
      `INSERT INTO audit_log (actor, action, entity_type, entity_public_id)
       SELECT 'app', 'payment.captured', 'payments', public_id FROM payments WHERE idempotency_key = 'a-request'`,
      `SELECT orders.status, line_amount, amount, payments.status AS payment, action
       FROM orders JOIN order_items ON order_items.order_id = orders.id JOIN payments ON payments.order_id = orders.id
         JOIN audit_log ON entity_public_id = payments.public_id
       WHERE items_amount = 900`,
    );
    expect(outcome).toEqual({
      ...ACCEPTED,
      rows: [
        {
          status: "confirmed",
          line_amount: "900.00",
          amount: "900.00",
          payment: "captured",
          action: "payment.captured",
        },
      ],
    });
  });
  test("switch back to the owner, and to the role again", async () => {
    await app.query("RESET ROLE");
    const owner = await listed(app, "SELECT current_user, session_user");
    await app.query(`SET ROLE ${APP_ROLE}`);
    expect(owner).toEqual([[config.user, config.user]]);
    expect(await listed(app, "SELECT current_user, session_user")).toEqual([[APP_ROLE, config.user]]);
  });
});

describe("the app may not", () => {
  test.each(
    TABLES.flatMap((table) => [
      `DELETE FROM ${table} WHERE false`,
      `TRUNCATE ${table} CASCADE`,
      `DROP TABLE ${table} CASCADE`,
      `ALTER TABLE ${table} ADD COLUMN note text`,
      `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
      `CREATE INDEX ON ${table} (created_at)`,
      `CREATE TRIGGER other BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION set_updated_at()`,
      `COMMENT ON TABLE ${table} IS 'mine'`,
      `SELECT setval('${table}_id_seq', 1)`,
    ]),
  )("%s", async (sql) => {
    expect(await attempt(app, sql)).toMatchObject(REFUSED);
  });
  test.each([
    "UPDATE audit_log SET details = '{}'",
    `INSERT INTO audit_log (actor, action, entity_type, entity_public_id, created_at)
     SELECT 'app', 'a.b', 'orders', public_id, '2001-01-01' FROM orders`,
    "SELECT FROM audit_log FOR UPDATE",
    `INSERT INTO audit_log (public_id, actor, action, entity_type, entity_public_id)
     VALUES ('${STANDING_ID}', 'app', 'order.placed', 'orders', '${STANDING_ID}')
     ON CONFLICT (public_id) DO UPDATE SET actor = 'somebody else'`,
    "MERGE INTO audit_log USING orders ON true WHEN MATCHED THEN UPDATE SET actor = 'somebody else'",
    "MERGE INTO customers USING orders ON true WHEN MATCHED THEN DELETE",
    "CREATE TABLE mine (id bigint)",
    "SELECT * INTO mine FROM orders",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql RETURN 1",
    "CREATE OR REPLACE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "DROP FUNCTION set_updated_at() CASCADE",
    "CREATE TYPE mine AS ENUM ('a')",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION pgcrypto",
    "DROP INDEX orders_placed_at_idx",
    "DROP SCHEMA public CASCADE",
    "DROP OWNED BY SESSION_USER CASCADE",
    "SELECT FROM migrations.pgmigrations",
    "SELECT FROM migrations.checksums",
    "CREATE TABLE migrations.mine (id bigint)",
    "CREATE ROLE mine",
    "ALTER ROLE aleenascuisine_app LOGIN",
    "GRANT aleenascuisine_app TO pg_monitor",
    "SET session_replication_role = replica",
    "COPY orders TO PROGRAM 'true'",
    "COPY orders TO '/tmp/orders'",
    "SELECT rolpassword FROM pg_authid",
    "SELECT FROM later",
  ])("%s", async (sql) => {
    expect(await attempt(app, sql)).toMatchObject(REFUSED);
  });
  test("drop the database, or create another", async () => {
    // Neither can run in a transaction.
    await expect(app.query(`DROP DATABASE ${String(config.database)}`)).rejects.toMatchObject(REFUSED);
    await expect(app.query("CREATE DATABASE mine")).rejects.toMatchObject(REFUSED);
  });
});

describe("by the catalog", () => {
  test("it has these privileges on tables, and no more", async () => {
    const privileges = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"];
    const granted = await listed(
      superuser,
      `SELECT relname, string_agg(privilege, ' ' ORDER BY place)
       FROM pg_class, unnest($2::text[]) WITH ORDINALITY AS given (privilege, place)
       WHERE relnamespace IN ('public'::regnamespace, 'migrations'::regnamespace) AND relkind IN ('r', 'p', 'v', 'm', 'f')
         AND has_table_privilege($1, pg_class.oid, privilege)
       GROUP BY relname ORDER BY relname`,
      [APP_ROLE, privileges],
    );
    const expected = TABLES.map((table) => [table, table === "audit_log" ? "SELECT" : "SELECT INSERT UPDATE"]);
    expect(granted).toEqual(expected.sort());
  });
  test("only the log has column privileges, no sequence has any, and none may be granted to others", async () => {
    const columns = `
      SELECT attrelid::regclass, attname FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid >= 16384
      ORDER BY attname`;
    const sequences = `
      SELECT relname FROM pg_class
      WHERE CASE WHEN relkind = 'S' THEN has_sequence_privilege($1, oid, 'USAGE, SELECT, UPDATE') END`;
    const handedOn = `
      SELECT relname FROM pg_class, aclexplode(relacl) WHERE grantee = $1::regrole AND is_grantable
      UNION SELECT nspname FROM pg_namespace, aclexplode(nspacl) WHERE grantee = $1::regrole AND is_grantable`;
    expect(await listed(superuser, columns)).toEqual(
      ["action", "actor", "details", "entity_public_id", "entity_type", "request_id"].map((name) => [
        "audit_log",
        name,
      ]),
    );
    expect(await listed(superuser, sequences, [APP_ROLE])).toEqual([]);
    expect(await listed(superuser, handedOn, [APP_ROLE])).toEqual([]);
  });
  test("it may use one schema and create nothing in it; a temporary table belongs to its session", async () => {
    const schemas = `
      SELECT nspname, has_schema_privilege($1, oid, 'USAGE'), has_schema_privilege($1, oid, 'CREATE')
      FROM pg_namespace WHERE nspname IN ('public', 'migrations') ORDER BY nspname`;
    const database = `
      SELECT has_database_privilege($1, current_database(), 'CREATE'), has_database_privilege($1, current_database(), 'TEMPORARY')`;
    expect(await listed(superuser, schemas, [APP_ROLE])).toEqual([
      ["migrations", false, false],
      ["public", true, false],
    ]);
    expect(await listed(superuser, database, [APP_ROLE])).toEqual([[false, true]]);
  });
  test("it owns nothing on the whole server", async () => {
    // @see https://www.postgresql.org/docs/17/catalog-pg-shdepend.html: o is for owner
    const owned = (role: string): Promise<unknown[][]> =>
      listed(superuser, "SELECT count(*)::integer FROM pg_shdepend WHERE refobjid = $1::regrole AND deptype = 'o'", [
        role,
      ]);
    expect(await owned(APP_ROLE)).toEqual([[0]]);
    expect(await owned(String(config.user))).not.toEqual([[0]]);
  });
  test("it has no login, no password and no power", async () => {
    const roles = `
      SELECT rolcanlogin, rolpassword, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
      FROM pg_authid WHERE rolname = $1`;
    expect(await listed(superuser, roles, [APP_ROLE])).toEqual([[false, null, false, false, false, false, false]]);
  });
  test("only the owner is its member, without inheritance; it is a member of nothing", async () => {
    const members = `
      SELECT member::regrole::text, bool_or(set_option), bool_or(inherit_option)
      FROM pg_auth_members WHERE roleid = $1::regrole GROUP BY member`;
    const memberOf = "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = $1::regrole";
    expect(await listed(superuser, members, [APP_ROLE])).toEqual([[config.user, true, false]]);
    expect(await listed(superuser, memberOf, [APP_ROLE])).toEqual([]);
  });
});

describe("another login", () => {
  let stranger: Client;
  beforeAll(async () => {
    await superuser.query("CREATE ROLE stranger LOGIN");
    stranger = await server.connect({ ...config, user: "stranger" });
  });
  test.each([`SET ROLE ${APP_ROLE}`, "SELECT FROM customers", "INSERT INTO audit_log DEFAULT VALUES"])(
    "may not %s",
    async (sql) => {
      expect(await attempt(stranger, sql)).toMatchObject(REFUSED);
    },
  );
  test("cannot log in as the app's role", async () => {
    const client = new Client({ ...config, user: APP_ROLE });
    // 28000: not permitted to log in
    await expect(client.connect()).rejects.toMatchObject({ code: "28000" });
  });
});
