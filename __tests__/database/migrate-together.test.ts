import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { runDatabaseCommand } from "../../src/database/command";
import { ensureLedger } from "../../src/database/ledger";
import { migrate, rollback } from "../../src/database/migrate";
import { progress } from "../../src/database/progress";
import { MIGRATIONS_FOLDER } from "../../src/database/migration-files";
import { appliedNames, FIRST, migrationStage, objects, up, writeMigration } from "./migration-stage";

const { prepared, server } = migrationStage("migrations-together");

describe("without a transaction, while others work", () => {
  const index = up("-- No Transaction\nCREATE INDEX CONCURRENTLY orders_x ON orders (currency);");

  test("an index waits for older transactions, and status shows who is creating it", async () => {
    const { client, config, folder } = await prepared();
    await migrate(client, folder);
    const [reader, looker] = [await server.connect(config), await server.connect(config)];
    await reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM audit_log");
    writeMigration(folder, "202601010000_index", index);
    const migrating = migrate(client, folder);
    await until(looker, "SELECT FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting%'");
    const status = await runDatabaseCommand(looker, { command: "status" }, { protectData: false });
    expect(status.filter((line) => line.includes("invalid"))).toEqual([]);
    expect(status).toContainEqual(expect.stringMatching(/^changing .*since \d{4}-/));
    await reader.query("COMMIT");
    expect(await migrating).toEqual(["202601010000_index"]);
  });

  test("a migration whose ledger was half written is applied again after a clean-up", async () => {
    const { client, folder } = await prepared();
    await migrate(client, folder);
    await client.query("INSERT INTO migrations.checksums VALUES ('202601010000_index', 'half')");
    writeMigration(folder, "202601010000_index", index);
    expect(await migrate(client, folder)).toEqual(["202601010000_index"]);
    expect(await migrate(client, folder)).toEqual([]);
  });
});

describe("files and database that disagree", () => {
  test("an edit of an applied migration is reported, and neither migrate nor rollback does anything", async () => {
    const { client, folder, write } = await prepared();
    await migrate(client, folder);
    appendFileSync(join(folder, `${FIRST}.up.sql`), "-- one more line\n");
    write("202601010000_a", up("CREATE TABLE a ();"));
    const told = `Nothing was done.\n- ${FIRST} was edited after it was applied`;
    await expect(migrate(client, folder)).rejects.toThrow(told);
    await expect(rollback(client, undefined, folder)).rejects.toThrow(told);
    expect(await objects(client)).not.toContain("r a");
    expect((await progress(client, folder)).problems).toHaveLength(1);
  });

  test("different line ends are not an edit", async () => {
    const { client, folder, write } = await prepared({ "202601010000_a": up("CREATE TABLE a ();") });
    await migrate(client, folder);
    write("202601010000_a", { up: "CREATE TABLE a ();\r\n" });
    expect(await migrate(client, folder)).toEqual([]);
  });

  test("a missing file and one with too early a date are reported together", async () => {
    const { client, folder, write } = await prepared({ "202601020000_b": up("CREATE TABLE b ();") });
    await migrate(client, folder);
    rmSync(join(folder, "202601020000_b.up.sql"));
    write("202601010000_a", up("CREATE TABLE a ();"));
    await expect(migrate(client, folder)).rejects.toThrow(
      /- 202601020000_b is applied, but its files are missing.*\n- 202601010000_a comes before 202601020000_b, which was applied already/,
    );
  });

  test("all files that are not migrations are reported", async () => {
    const { client, folder, write } = await prepared({ "2026_short": up("SELECT 1;") });
    write("202613010000_no_such_month", up("SELECT 1;"));
    writeFileSync(join(folder, "202601010000_no_direction.sql"), "SELECT 1;");
    writeFileSync(join(folder, "202601010000_no_up.down.sql"), "SELECT 1;");
    writeFileSync(join(folder, "notes.txt"), "none");
    await expect(migrate(client, folder)).rejects.toThrow(
      /nothing was changed\.\n- 202601010000_no_direction\.sql: name it.*\n- 202613010000_no_such_month\.up\.sql: name it.*\n- 2026_short\.up\.sql: name it.*\n- notes\.txt: name it.*\n- 202601010000_no_up\.down\.sql: 202601010000_no_up\.up\.sql is missing\.$/,
    );
  });

  test("transaction keywords in functions, strings and savepoints do not count", async () => {
    const { client, folder } = await prepared({
      "202601010000_a": up(
        "DO $$ BEGIN PERFORM 1; END $$;\nSELECT 'x; COMMIT;'; -- COMMIT;\nSAVEPOINT s; ROLLBACK WORK TO s;\n" +
          "CREATE FUNCTION a() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;\n" +
          "CREATE PROCEDURE b() BEGIN ATOMIC END;",
      ),
    });
    expect(await migrate(client, folder)).toHaveLength(2);
    expect(await objects(client)).toEqual(expect.arrayContaining(["function a", "function b"]));
  });

  test("a file that cannot run in a transaction fails without its first line", async () => {
    const { client, folder } = await prepared({
      "202601010000_a": up("-- no transaction\nCREATE INDEX CONCURRENTLY orders_x ON orders (currency);"),
    });
    await expect(migrate(client, folder)).rejects.toThrow("cannot run inside a transaction block (SQLSTATE 25001)");
    expect(await appliedNames(client, folder)).toEqual([]);
  });

  test("a ledger that was written when a migration was one file is accepted", async () => {
    const { client, folder } = await prepared();
    await ensureLedger(client);
    // The SHA-256 of 202511020001_initial_schema.sql as it was shipped.
    await client.query(
      `INSERT INTO migrations.pgmigrations (name, run_on) VALUES ('${FIRST}', '2025-11-02T00:01:00');
       INSERT INTO migrations.checksums
       VALUES ('${FIRST}', 'aba9c9ff1290a59de2bf1062940e4035df6d3c7058a88635fbce3b5f00b4af96')`,
    );
    expect(await migrate(client, folder)).toEqual([]);
    expect(await progress(client, folder)).toMatchObject({ applied: [{ name: FIRST }], pending: [], problems: [] });
  });

  test("a database of Alembic is refused", async () => {
    const { client, folder } = await prepared();
    await client.query(
      "CREATE TABLE alembic_version (version_num varchar(32)); INSERT INTO alembic_version VALUES ('7')",
    );
    await expect(migrate(client, folder)).rejects.toThrow('alembic_version is at "7"). Nothing was done. Run baseline');
    expect(await appliedNames(client, folder)).toEqual([]);
  });
});

describe("two at once", () => {
  test("one migrates, and the other gets the name of the first", async () => {
    const { client, config, folder } = await prepared({
      "202601010000_slow": up("SET lock_timeout = 0;\nSELECT pg_advisory_xact_lock(1);"),
    });
    const [one, other] = await Promise.all([
      server.connect({ ...config, application_name: "operator one" }),
      server.connect({ ...config, application_name: "operator two" }),
    ]);
    await client.query("SELECT pg_advisory_lock(1)");
    const attempts = [migrate(one, folder), migrate(other, folder)];
    // The one that migrates waits for the lock, so it is the other that is through first.
    await expect(Promise.race(attempts)).rejects.toThrow(
      /Another session is changing this database: operator (one|two), since \d{4}-.*Z\.\nNothing was done\./,
    );
    await client.query("SELECT pg_advisory_unlock(1)");
    expect((await Promise.allSettled(attempts)).filter(({ status }) => status === "fulfilled")).toEqual([
      { status: "fulfilled", value: [FIRST, "202601010000_slow"] },
    ]);
    expect(await migrate(other, folder)).toEqual([]);
  });

  test("eight at once apply each migration once", async () => {
    const { config, client, folder } = await prepared({ "202601010000_a": up("CREATE TABLE a ();") });
    const sessions = await Promise.all(Array.from({ length: 8 }, () => server.connect(config)));
    const results = await Promise.allSettled(sessions.map((session) => migrate(session, folder)));
    const applied = results.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
    expect(applied).toEqual([FIRST, "202601010000_a"]);
    expect(await appliedNames(client, folder)).toEqual(applied);
  });

  test("a session that is killed half-way leaves nothing, not even a lock", async () => {
    const { client, config, folder } = await prepared({
      "202601010000_slow": up("CREATE TABLE slow (); SELECT pg_sleep(60);"),
    });
    const victim = new Client(config);
    victim.on("error", () => undefined);
    await victim.connect();
    const { rows } = await victim.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const migrating = migrate(victim, folder).catch((error: unknown) => error);
    const pid = rows[0]?.pid ?? 0;
    await until(client, "SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'", [pid]);
    await client.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
    expect(String(await migrating)).toMatch(
      /^UserError: The session with the database broke while 202601010000_slow ran: terminating connection due to administrator command\nPostgreSQL rolls back/,
    );
    expect(await appliedNames(client, folder)).toEqual([]);
    expect(await migrate(client, MIGRATIONS_FOLDER)).toContain(FIRST);
  });
});

/** Asks the server until a query has a row. */
async function until(client: Client, query: string, values: unknown[] = []): Promise<void> {
  while ((await client.query(query, values)).rows.length === 0);
}
