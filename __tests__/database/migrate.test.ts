import { migrate, rollback } from "../../src/database/migrate";
import { progress } from "../../src/database/progress";
import type { MigrationFailure } from "../../src/database/migration-failure";
import { appliedNames, FIRST, migrationStage, objects, up, type Sql } from "./migration-stage";

const { prepared, server } = migrationStage("migrations");

describe("up and down", () => {
  test("the project's migrations go up, down to nothing, and up again to the same", async () => {
    const { client } = await prepared();
    const empty = await objects(client);
    const applied = await migrate(client);
    expect(applied[0]).toBe(FIRST); // Every one has a way back, or the loop below fails.
    const whole = await objects(client);
    expect(whole.length).toBeGreaterThan(50);
    for (const name of applied.toReversed()) {
      expect(await rollback(client, name)).toBe(name);
    }
    expect(await objects(client)).toEqual(empty);
    expect(await migrate(client)).toEqual(applied);
    expect(await objects(client)).toEqual(whole);
  });

  test("a second run has nothing to do", async () => {
    const { client } = await prepared();
    await migrate(client);
    expect(await migrate(client)).toEqual([]);
  });

  test("two databases of one server share the app's role: rolling one back leaves it for the other", async () => {
    const [one, other] = [await prepared(), await prepared()];
    await Promise.all([migrate(one.client, one.folder), migrate(other.client, other.folder)]);
    await rollback(one.client, undefined, one.folder);
    await other.client.query("SET ROLE aleenascuisine_app; SELECT id FROM orders; RESET ROLE");
    expect(await migrate(one.client, one.folder)).toEqual([FIRST]);
  });

  test("pending migrations are applied and reported in the order of their names", async () => {
    const { client, folder } = await prepared({
      "202601020000_second": up("CREATE TABLE b (a int REFERENCES a (id));"),
      "202601010000_first": up("CREATE TABLE a (id int PRIMARY KEY);"),
    });
    expect((await progress(client, folder)).pending).toEqual([FIRST, "202601010000_first", "202601020000_second"]);
    expect(await migrate(client, folder)).toEqual([FIRST, "202601010000_first", "202601020000_second"]);
    const { applied, pending } = await progress(client, folder);
    expect(applied.map(({ name }) => name)).toEqual([FIRST, "202601010000_first", "202601020000_second"]);
    expect(applied[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(pending).toEqual([]);
  });
});

describe("rollback", () => {
  test("rolls back only the last one", async () => {
    const { client, folder } = await prepared({ "202601010000_a": up("CREATE TABLE a ();", "DROP TABLE a;") });
    await migrate(client, folder);
    expect(await rollback(client, "202601010000_a", folder)).toBe("202601010000_a");
    expect(await appliedNames(client, folder)).toEqual([FIRST]);
  });

  test("refuses any other than the last one", async () => {
    const { client, folder } = await prepared({ "202601010000_a": up("CREATE TABLE a ();", "DROP TABLE a;") });
    await migrate(client, folder);
    await expect(rollback(client, FIRST, folder)).rejects.toThrow(
      `The last migration is 202601010000_a, not ${FIRST}. Nothing was done`,
    );
    expect(await appliedNames(client, folder)).toEqual([FIRST, "202601010000_a"]);
  });

  test("refuses one without a .down.sql", async () => {
    const { client, folder } = await prepared({ "202601010000_a": up("CREATE TABLE a ();") });
    await migrate(client, folder);
    await expect(rollback(client, undefined, folder)).rejects.toThrow("202601010000_a has no .down.sql");
  });

  test("has nothing to do if nothing is applied", async () => {
    const { client, folder } = await prepared();
    await expect(rollback(client, undefined, folder)).rejects.toThrow("there is nothing to roll back");
  });
});

describe("a migration that fails", () => {
  test("leaves nothing of the whole run, and reports where and why", async () => {
    const { client, folder } = await prepared({
      "202601010000_good": up("CREATE TABLE good ();"),
      "202601020000_bad": up("CREATE TABLE half ();\nINSERT INTO half\n  VALUES (nonsense);"),
    });
    const before = await objects(client);
    await expect(migrate(client, folder)).rejects.toThrow(
      /^202601020000_bad failed \(line 3 of 202601020000_bad\.up\.sql\): .*nonsense.* \(SQLSTATE 42703\)\n(.*\n)*It was rolled back completely\.\nNothing of this run was kept\.$/,
    );
    expect(await objects(client)).toEqual(before);
    expect(await appliedNames(client, folder)).toEqual([]);
    const { rows } = await client.query("SELECT * FROM migrations.checksums");
    expect(rows).toEqual([]);
  });

  test("succeeds once it is fixed, since its first attempt was never kept", async () => {
    const { client, folder, write } = await prepared({ "202601010000_a": up("CREATE TABEL a ();") });
    await expect(migrate(client, folder)).rejects.toThrow("202601010000_a failed (line 1 of 202601010000_a.up.sql)");
    write("202601010000_a", up("CREATE TABLE a ();"));
    expect(await migrate(client, folder)).toEqual([FIRST, "202601010000_a"]);
  });

  test("has a summary for the log, without the data in the message", async () => {
    const { client, folder } = await prepared({
      "202601010000_a": up(
        "INSERT INTO customers (email, full_name) VALUES ('someone@example.com', 'Sample Someone');\n" +
          "ALTER TABLE customers ADD CONSTRAINT none CHECK (phone IS NOT NULL) NOT VALID;\n" +
          "INSERT INTO customers (email, full_name) VALUES ('other@example.com', 'Sample Other');",
      ),
    });
    const failure = (await migrate(client, folder).catch((error: unknown) => error)) as MigrationFailure;
    expect(failure.message).toContain("other@example.com");
    expect(failure.summary).toBe("202601010000_a failed: SQLSTATE 23514");
  });

  test("has PostgreSQL's detail next to its message", async () => {
    const { client, folder } = await prepared({
      "202601010000_a": up("CREATE TABLE a (x int UNIQUE); INSERT INTO a VALUES (1), (1);"),
    });
    await expect(migrate(client, folder)).rejects.toThrow("Key (x)=(1) already exists.");
  });

  test.each([
    ["COMMIT; END;", "r a"],
    ["ROLLBACK; CREATE TABLE b (); COMMIT; END;", "r b"],
    ["COMMIT; BEGIN; END AND CHAIN;", "r a"],
  ])("is not reported as rolled back if the file has ended the transaction: %s", async (sql, kept) => {
    for (const [rest, told] of [
      ["SELECT 1/0;", /division by zero \(SQLSTATE 22012\)/],
      ["", /\(SQLSTATE (25P01|3B001)\)/],
    ] as const) {
      const { client, folder } = await prepared({ "202601010000_a": up(`CREATE TABLE a (); ${sql} ${rest}`) });
      const failure = (await migrate(client, folder).catch((error: unknown) => error)) as MigrationFailure;
      expect(failure.message).toMatch(told);
      expect(failure.message).toContain(
        "The file ended the transaction of the run, so earlier statements may have been kept.",
      );
      expect(failure.message).not.toMatch(/rolled back completely|Nothing of this run was kept/);
      expect(await objects(client)).toContain(kept);
      expect(await appliedNames(client, folder)).not.toContain("202601010000_a");
    }
  });

  test("is reported as rolled back if one of its own savepoints was missing", async () => {
    const { client, folder } = await prepared({ "202601010000_a": up("CREATE TABLE a ();\nROLLBACK TO nowhere;") });
    await expect(migrate(client, folder)).rejects.toThrow(/\(SQLSTATE 3B001\)\nIt was rolled back completely\./);
    expect(await objects(client)).not.toContain("r a");
  });

  test("changes nothing during a rollback either", async () => {
    const { client, folder } = await prepared({ "202601010000_a": up("CREATE TABLE a ();", "DROP TABLE a, b;") });
    await migrate(client, folder);
    await expect(rollback(client, undefined, folder)).rejects.toThrow("202601010000_a failed");
    expect(await appliedNames(client, folder)).toEqual([FIRST, "202601010000_a"]);
    expect(await objects(client)).toContain("r a");
  });

  test("gives up on a table that another session locks, so that the others need not queue", async () => {
    const { client, config, folder, write } = await prepared();
    await migrate(client, folder);
    write("202601010000_a", up("ALTER TABLE orders ADD note text;"));
    const reader = await server.connect(config);
    await reader.query("BEGIN; SELECT id FROM orders");
    await expect(migrate(client, folder)).rejects.toThrow(
      /SQLSTATE 55P03\)(.|\n)*Another session used the table for longer than 5s\./,
    );
    await reader.query("COMMIT");
    expect(await migrate(client, folder)).toEqual(["202601010000_a"]);
  });
});

test.each([
  ["SET search_path = '';"],
  ["SET LOCAL search_path = '';"],
  ["SET timezone = 'Asia/Tokyo';"],
  ["SET lock_timeout = 0;"],
  ["SET statement_timeout = '1h';"],
  ["SET ROLE aleenascuisine_app;"],
  ["SET LOCAL ROLE aleenascuisine_app;"],
  ["-- No Transaction\nSET statement_timeout = '1h';"],
])("settings end with their file, and the session's own are restored: %j", async (sql) => {
  const names = ["role", "search_path", "timezone", "lock_timeout", "statement_timeout"];
  const settings = `SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join(", ")}`;
  const { config, folder } = await prepared({
    "202601010000_a": up(sql),
    "202601020000_b": up(`CREATE TABLE public.seen AS ${settings};`),
  });
  const client = await server.connect({ ...config, options: "-c timezone=Asia/Kolkata" });
  const { rows: before } = await client.query(settings);
  await migrate(client, folder);
  const { rows: seen } = await client.query("SELECT * FROM public.seen");
  expect(seen).toEqual([{ ...before[0], search_path: "public", lock_timeout: "5s" }]);
  expect((await client.query(settings)).rows).toEqual(before);
});

describe("without a transaction", () => {
  const concurrently = (sql: string, down = "SELECT 1;"): Sql =>
    up(`-- No Transaction\n${sql}`, `-- No Transaction\n${down}`);

  test("an index is created concurrently, in order with the other migrations", async () => {
    const { client, folder } = await prepared({
      "202601010000_a": up("CREATE TABLE a (x int); INSERT INTO a VALUES (1), (1);"),
      "202601020000_index": concurrently("CREATE INDEX CONCURRENTLY a_x ON a (x);", "DROP INDEX CONCURRENTLY a_x;"),
      "202601030000_b": up("CREATE TABLE b ();", "DROP TABLE b;"),
    });
    expect(await migrate(client, folder)).toHaveLength(4);
    await rollback(client, "202601030000_b", folder);
    await rollback(client, "202601020000_index", folder);
    expect(await objects(client)).not.toContain("i a_x");
    expect(await migrate(client, folder)).toEqual(["202601020000_index", "202601030000_b"]);
    expect(await objects(client)).toContain("i a_x");
  });

  test("a failure reports what was kept and what to check", async () => {
    const { client, folder } = await prepared({
      "202601010000_a": up("CREATE TABLE a (x int); INSERT INTO a VALUES (1), (1);"),
      "202601020000_index": concurrently("CREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x);"),
      "202601030000_b": up("CREATE TABLE b ();"),
    });
    await expect(migrate(client, folder)).rejects.toThrow(
      /^202601020000_index failed: (.|\n)*Key \(x\)=\(1\) is duplicated\.\n(.|\n)*invalid index(.|\n)*Kept, because a migration without a transaction followed: 202511020001_initial_schema, 202601010000_a\.$/,
    );
    expect(await appliedNames(client, folder)).toEqual([FIRST, "202601010000_a"]);
    expect(await objects(client)).not.toContain("r b");
  });
});
