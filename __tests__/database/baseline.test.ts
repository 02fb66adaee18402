import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { baseline, INITIAL_MIGRATION } from "../../src/database/baseline";
import { ensureLedger, readLedger } from "../../src/database/ledger";
import { alone } from "../../src/database/lock";
import { migrate } from "../../src/database/migrate";
import { MIGRATIONS_FOLDER, migrationsIn } from "../../src/database/migration-files";
import { progress } from "../../src/database/progress";
import { APP_ROLE } from "../../src/database/app-role";
import { readSchema } from "../../src/database/schema";
import { printed, shapeOf } from "../../src/database/shape";
import { testServer } from "../helpers/database";
import { temporaryFolder } from "../helpers/temporary-folder";
import { writeMigration } from "./migration-stage";

const SOURCE = join(__dirname, "..", "..", "src", "database");

const server = testServer();
const folder = temporaryFolder("baseline");
const databases = { made: 0 };

/** Sessions on the test's own empty database. */
async function sessions(count: number): Promise<Client[]> {
  databases.made += 1;
  const config = await server.database(`baseline_${String(databases.made)}`);
  return Promise.all(Array.from({ length: count }, () => server.connect(config)));
}

/** What the first migration does. */
function initialUp(): string {
  return migrationsIn(MIGRATIONS_FOLDER).find(({ name }) => name === INITIAL_MIGRATION)?.up.sql ?? "";
}

/** Creates what Alembic leaves: tables, sample data, its own revision; no ledger of this project. */
async function fillAsAlembic(client: Client, revision: string): Promise<void> {
  await client.query(initialUp());
  await client.query(readFileSync(join(SOURCE, "seed.sql"), "utf8"));
  await client.query("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)");
  await client.query("INSERT INTO alembic_version VALUES ($1)", [revision]);
}

function copyMigration(name: string): void {
  for (const file of [`${name}.up.sql`, `${name}.down.sql`]) {
    copyFileSync(join(MIGRATIONS_FOLDER, file), join(folder, file));
  }
}

async function alembicDatabase(revision = INITIAL_MIGRATION): Promise<[Client, Client]> {
  const [client, other] = (await sessions(2)) as [Client, Client];
  await fillAsAlembic(client, revision);
  return [client, other];
}

/** All that a database holds outside of the ledger, with the transaction that last wrote each row and each catalog entry. */
async function contents(client: Client): Promise<unknown> {
  const { rows: objects } = await client.query<{ name: string; kind: string }>(
    `SELECT relname AS name, relkind AS kind, xmin, relacl::text FROM pg_class
     WHERE relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const rows: unknown[] = [];
  for (const { name, kind } of objects) {
    rows.push(kind === "r" ? (await client.query(`SELECT xmin, ctid, * FROM ${name} ORDER BY ctid`)).rows : []);
  }
  return { shape: shapeOf(await readSchema(client)), objects, rows };
}

async function ledgerExists(client: Client): Promise<boolean> {
  const { rows } = await client.query("SELECT FROM pg_namespace WHERE nspname = 'migrations'");
  return rows.length > 0;
}

/** The file is frozen: a migration that shipped never changes. */
test("a baseline requires the shape that the first migration creates", async () => {
  copyMigration(INITIAL_MIGRATION);
  const [client] = (await sessions(1)) as [Client];
  await migrate(client, folder);
  const file = join(SOURCE, "initial-shape.json");
  const actual = `${JSON.stringify(shapeOf(await readSchema(client)), null, 2)}\n`;
  expect(actual).toBe(readFileSync(file, "utf8"));
});

test.each(["202511020001", INITIAL_MIGRATION])(
  "a database that Alembic left at %s is recorded, and nothing of it is touched",
  async (revision) => {
    const [client] = await alembicDatabase(revision);
    const before = await contents(client);
    expect(await baseline(client)).toEqual([
      `Alembic left the database at ${revision}, and it has the shape of ${INITIAL_MIGRATION}.`,
      expect.stringContaining(`Recorded ${INITIAL_MIGRATION} as applied`),
    ]);
    expect(await contents(client)).toEqual(before);
    expect(await progress(client)).toMatchObject({ applied: [{ name: INITIAL_MIGRATION }], problems: [] });
  },
);

test("after it, migrate has nothing to do, and later migrations apply", async () => {
  const [client] = await alembicDatabase();
  await baseline(client);
  expect(await migrate(client)).toEqual(
    migrationsIn(MIGRATIONS_FOLDER)
      .map(({ name }) => name)
      .slice(1),
  );
  const later = "209901010000_add_note";
  for (const { name } of migrationsIn(MIGRATIONS_FOLDER)) {
    copyMigration(name);
  }
  writeMigration(folder, later, { up: "ALTER TABLE orders ADD COLUMN note text;\n" });
  expect(await migrate(client, folder)).toEqual([later]);
  expect(shapeOf(await readSchema(client)).map(printed)).toContain("orders.note text");
});

test.each<[made: string, make: () => Promise<Client>]>([
  [
    "was taken over before",
    async () => {
      const [client] = await alembicDatabase();
      await baseline(client);
      return client;
    },
  ],
  [
    "this project made",
    async () => {
      const [client] = (await sessions(1)) as [Client];
      await migrate(client);
      return client;
    },
  ],
])("a database that %s stays as it is", async (_, make) => {
  const client = await make();
  const [before, ledger] = [await contents(client), await readLedger(client)];
  expect(await baseline(client)).toEqual([
    `${INITIAL_MIGRATION} is recorded as applied since ${ledger[0]?.at ?? ""}. There is nothing to do.`,
  ]);
  expect(await contents(client)).toEqual(before);
  expect(await readLedger(client)).toEqual(ledger);
});

test.each<[refused: string, revision: string, sql: string, messages: string[]]>([
  [
    "another revision",
    "a1b2c3d4e5f6",
    "SELECT",
    ['alembic_version is at "a1b2c3d4e5f6", not at "202511020001" or "202511020001_initial_schema"'],
  ],
  [
    "two heads",
    INITIAL_MIGRATION,
    "INSERT INTO alembic_version VALUES ('a1b2c3d4e5f6')",
    ['alembic_version is at "202511020001_initial_schema, a1b2c3d4e5f6"'],
  ],
  ["an Alembic that went back to the start", INITIAL_MIGRATION, "DELETE FROM alembic_version", ["Use migrate"]],
  [
    "no Alembic",
    INITIAL_MIGRATION,
    "DROP TABLE alembic_version",
    ["Alembic never migrated this database", "Use migrate"],
  ],
  [
    "every difference of shape, and what to do about them",
    INITIAL_MIGRATION,
    `ALTER TABLE orders RENAME CONSTRAINT orders_customer_id_fkey TO fk_orders_customer;
     ALTER TABLE customers ALTER COLUMN phone TYPE varchar(20);
     ALTER TABLE payments ADD COLUMN card text;
     REVOKE ALL ON audit_log FROM ${APP_ROLE}; GRANT SELECT ON customers TO PUBLIC;
     CREATE RULE still AS ON INSERT TO audit_log DO INSTEAD NOTHING`,
    [
      "- has another name: orders constraint fk_orders_customer; " +
        "ALTER TABLE orders RENAME CONSTRAINT fk_orders_customer TO orders_customer_id_fkey",
      "- differs: customers.phone is: character varying(20); in the revision it is: text",
      "- is there, but not in the revision: payments.card text",
      "- is there, but not in the revision: customers privileges PUBLIC select",
      "- is there, but not in the revision: audit_log rule still ON INSERT TO public.audit_log DO INSTEAD NOTHING;",
      `- is missing: audit_log privileges ${APP_ROLE} insert (action, actor, details, entity_public_id, entity_type, request_id), select`,
      "npm run db -- shell",
      `src/database/migrations/${INITIAL_MIGRATION}.up.sql`,
    ],
  ],
])("refuses %s; nothing is recorded or touched", async (_, revision, sql, messages) => {
  const [client] = await alembicDatabase(revision);
  await client.query(sql);
  const before = await contents(client);
  const error: unknown = await baseline(client).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: "UserError" });
  for (const message of messages) {
    expect((error as Error).message).toContain(message);
  }
  expect(await contents(client)).toEqual(before);
  expect(await ledgerExists(client)).toBe(false);
});

test("a failure half-way through the recording leaves nothing recorded", async () => {
  const [client] = await alembicDatabase();
  await ensureLedger(client);
  await client.query("ALTER TABLE migrations.checksums ADD CONSTRAINT none CHECK (checksum = 'none')");
  await expect(baseline(client)).rejects.toThrow("violates check constraint");
  expect(await readLedger(client)).toEqual([]);
});

describe("on a server that has no role of the app", () => {
  // Roles belong to the server, and the databases of the other tests use this one.
  const another = testServer();

  test("is refused, and accepted after the migration's own statements created it", async () => {
    const client = await another.connect(await another.database("without_role"));
    await fillAsAlembic(client, INITIAL_MIGRATION);
    await client.query(
      `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${APP_ROLE}; REVOKE USAGE ON SCHEMA public FROM ${APP_ROLE};
       DROP ROLE ${APP_ROLE}`,
    );
    await expect(baseline(client)).rejects.toThrow(
      new RegExp(`is missing: orders privileges ${APP_ROLE}[^]*is missing: role ${APP_ROLE}[^]*npm run db -- shell`),
    );
    const up = initialUp();
    await client.query(up.slice(up.indexOf("DO $$"), up.indexOf("CREATE FUNCTION")));
    await client.query((up.match(/^GRANT .* ON .* TO aleenascuisine_app;$/gm) ?? []).join("\n"));
    expect(await baseline(client)).toHaveLength(2);
  });
});

describe("two at once", () => {
  test("nothing is done while another session changes the database", async () => {
    const [client, other] = await alembicDatabase();
    await alone(other, () => expect(baseline(client)).rejects.toThrow("Another session is changing this database"));
    expect(await ledgerExists(client)).toBe(false);
  });

  test("one records", async () => {
    const [client, other] = await alembicDatabase();
    await Promise.allSettled([baseline(client), baseline(other)]);
    expect((await readLedger(client)).map(({ name }) => name)).toEqual([INITIAL_MIGRATION]);
  });

  test("nothing is done while Alembic migrates", async () => {
    const [client, alembic] = await alembicDatabase();
    await alembic.query("BEGIN");
    await alembic.query("UPDATE alembic_version SET version_num = 'a1b2c3d4e5f6'");
    await expect(baseline(client)).rejects.toThrow("Alembic is migrating this database");
    await alembic.query("ROLLBACK");
    expect(await ledgerExists(client)).toBe(false);
    expect(await baseline(client)).toHaveLength(2);
  });
});
