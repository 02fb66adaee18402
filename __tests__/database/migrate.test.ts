import { appendFileSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, type ClientConfig } from "pg";
import { runCommand } from "../../src/database/command";
import { migrate, progress, rollback, type MigrationFailure } from "../../src/database/migrate";
import { MIGRATIONS_FOLDER } from "../../src/database/migrations";
import { testServer } from "../helpers/database";
import { temporaryFolder } from "../helpers/temporary-folder";

const FIRST = "202511020001_initial_schema";

const server = testServer();
const folders = temporaryFolder("migrations");
const count = { databases: 0 };

/** A database of a test's own, and a folder with files beside the project's first migration. */
async function prepared(
  files: Readonly<Record<string, string>> = {},
): Promise<{ client: Client; config: ClientConfig; folder: string; write: (name: string, text: string) => void }> {
  count.databases += 1;
  const name = `migrate_${String(count.databases)}`;
  const folder = join(folders, name);
  mkdirSync(folder);
  copyFileSync(join(MIGRATIONS_FOLDER, `${FIRST}.sql`), join(folder, `${FIRST}.sql`));
  const write = (file: string, text: string): void => {
    writeFileSync(join(folder, `${file}.sql`), text);
  };
  for (const [file, text] of Object.entries(files)) {
    write(file, text);
  }
  const config = await server.database(name);
  return { config, folder, write, client: await server.connect(config) };
}

/** Names of all that is in the database, but for what PostgreSQL and the ledger bring along. */
async function objects(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    SELECT c.relkind::text || ' ' || c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
    UNION ALL SELECT 'grant ' || acl::text FROM pg_namespace, unnest(nspacl) AS acl WHERE nspname = 'public'
      AND acl::text LIKE 'aleenascuisine_app%'
    ORDER BY 1`);
  return rows.map(({ name }) => name);
}

const appliedNames = async (client: Client, folder: string): Promise<string[]> =>
  (await progress(client, folder)).applied.map(({ name }) => name);

const up = (sql: string, down = ""): string =>
  `-- Up Migration\n\n${sql}\n${down && `\n-- Down Migration\n\n${down}\n`}`;

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

  test("two databases of one server share the app's role: taking one back leaves it to the other", async () => {
    const [one, other] = [await prepared(), await prepared()];
    await Promise.all([migrate(one.client, one.folder), migrate(other.client, other.folder)]);
    await rollback(one.client, undefined, one.folder);
    await other.client.query("SET ROLE aleenascuisine_app; SELECT id FROM orders; RESET ROLE");
    expect(await migrate(one.client, one.folder)).toEqual([FIRST]);
  });

  test("what is pending is applied in the order of the names, and told so", async () => {
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
  test("takes back the last one alone", async () => {
    const { client, folder } = await prepared({ "202601010000_a": up("CREATE TABLE a ();", "DROP TABLE a;") });
    await migrate(client, folder);
    expect(await rollback(client, "202601010000_a", folder)).toBe("202601010000_a");
    expect(await appliedNames(client, folder)).toEqual([FIRST]);
  });

  test("refuses another one than the last", async () => {
    const { client, folder } = await prepared({ "202601010000_a": up("CREATE TABLE a ();", "DROP TABLE a;") });
    await migrate(client, folder);
    await expect(rollback(client, FIRST, folder)).rejects.toThrow(
      `The last migration is 202601010000_a, not ${FIRST}. Nothing was done`,
    );
    expect(await appliedNames(client, folder)).toEqual([FIRST, "202601010000_a"]);
  });

  test("refuses one that has no way back", async () => {
    const { client, folder } = await prepared({ "202601010000_a": up("CREATE TABLE a ();") });
    await migrate(client, folder);
    await expect(rollback(client, undefined, folder)).rejects.toThrow('202601010000_a has no "-- Down Migration"');
  });

  test("has nothing to do where nothing is applied", async () => {
    const { client, folder } = await prepared();
    await expect(rollback(client, undefined, folder)).rejects.toThrow("there is nothing to roll back");
  });
});

describe("a migration that fails", () => {
  test("leaves nothing of the whole run, and says where and why", async () => {
    const { client, folder } = await prepared({
      "202601010000_good": up("CREATE TABLE good ();"),
      "202601020000_bad": up("CREATE TABLE half ();\nINSERT INTO half\n  VALUES (nonsense);"),
    });
    const before = await objects(client);
    await expect(migrate(client, folder)).rejects.toThrow(
      /^202601020000_bad failed \(line 5 of its file\): .*nonsense.* \(SQLSTATE 42703\)\n(.*\n)*It was taken back whole\.\nNothing of this run was kept\.$/,
    );
    expect(await objects(client)).toEqual(before);
    expect(await appliedNames(client, folder)).toEqual([]);
    const { rows } = await client.query("SELECT * FROM migrations.checksums");
    expect(rows).toEqual([]);
  });

  test("goes through once it is mended, since its first try was never kept", async () => {
    const { client, folder, write } = await prepared({ "202601010000_a": up("CREATE TABEL a ();") });
    await expect(migrate(client, folder)).rejects.toThrow("202601010000_a failed (line 3 of its file)");
    write("202601010000_a", up("CREATE TABLE a ();"));
    expect(await migrate(client, folder)).toEqual([FIRST, "202601010000_a"]);
  });

  test("has a summary for the log, without the data that the message tells of", async () => {
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

  test("says what PostgreSQL knows beside its message", async () => {
    const { client, folder } = await prepared({
      "202601010000_a": up("CREATE TABLE a (x int UNIQUE); INSERT INTO a VALUES (1), (1);"),
    });
    await expect(migrate(client, folder)).rejects.toThrow("Key (x)=(1) already exists.");
  });

  test("on the way back changes nothing either", async () => {
    const { client, folder } = await prepared({ "202601010000_a": up("CREATE TABLE a ();", "DROP TABLE a, b;") });
    await migrate(client, folder);
    await expect(rollback(client, undefined, folder)).rejects.toThrow("202601010000_a failed");
    expect(await appliedNames(client, folder)).toEqual([FIRST, "202601010000_a"]);
    expect(await objects(client)).toContain("r a");
  });

  test("gives up on a table that somebody else holds, instead of making all others queue", async () => {
    const { client, config, folder } = await prepared();
    await migrate(client, folder);
    writeFileSync(join(folder, "202601010000_a.sql"), up("ALTER TABLE orders ADD note text;"));
    const reader = await server.connect(config);
    await reader.query("BEGIN; SELECT id FROM orders");
    await expect(migrate(client, folder)).rejects.toThrow(
      /SQLSTATE 55P03\)(.|\n)*Somebody used the table for longer than 5s\./,
    );
    await reader.query("COMMIT");
    expect(await migrate(client, folder)).toEqual(["202601010000_a"]);
  }, 20_000);
});

describe("without a transaction", () => {
  const concurrently = (sql: string, down = ""): string => up(`-- No Transaction\n${sql}`, down);

  test("an index is made concurrently, between others in their order", async () => {
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

  test("a failure tells what was kept and what to look for", async () => {
    const { client, folder } = await prepared({
      "202601010000_a": up("CREATE TABLE a (x int); INSERT INTO a VALUES (1), (1);"),
      "202601020000_index": concurrently("CREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x);"),
      "202601030000_b": up("CREATE TABLE b ();"),
    });
    await expect(migrate(client, folder)).rejects.toThrow(
      /^202601020000_index failed: (.|\n)*Key \(x\)=\(1\) is duplicated\.\n(.|\n)*invalid index(.|\n)*Kept, because a migration without transaction came after: 202511020001_initial_schema, 202601010000_a\.$/,
    );
    expect(await appliedNames(client, folder)).toEqual([FIRST, "202601010000_a"]);
    expect(await objects(client)).not.toContain("r b");
  });
});

describe("without a transaction, while others work", () => {
  const index = up("-- No Transaction\nCREATE INDEX CONCURRENTLY orders_x ON orders (currency);");

  test("an index is made as long as older transactions last, and status says who is at it", async () => {
    const { client, config, folder } = await prepared();
    await migrate(client, folder);
    const [reader, looker] = [await server.connect(config), await server.connect(config)];
    await reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM audit_log");
    writeFileSync(join(folder, "202601010000_index.sql"), index);
    const migrating = migrate(client, folder);
    await until(looker, "SELECT FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting%'");
    const status = await runCommand(looker, { command: "status" }, { protectData: false });
    expect(status.filter((line) => line.includes("invalid"))).toEqual([]);
    expect(status).toContainEqual(expect.stringMatching(/^changing .*since \d{4}-/));
    await reader.query("COMMIT");
    expect(await migrating).toEqual(["202601010000_index"]);
  }, 20_000);

  test("one whose ledger was half written is applied again, once what it left is gone", async () => {
    const { client, folder } = await prepared();
    await migrate(client, folder);
    await client.query("INSERT INTO migrations.checksums VALUES ('202601010000_index', 'half')");
    writeFileSync(join(folder, "202601010000_index.sql"), index);
    expect(await migrate(client, folder)).toEqual(["202601010000_index"]);
    expect(await migrate(client, folder)).toEqual([]);
  });
});

describe("files and database that disagree", () => {
  test("an edit after a migration was applied is told, and nothing is done, forth or back", async () => {
    const { client, folder, write } = await prepared();
    await migrate(client, folder);
    appendFileSync(join(folder, `${FIRST}.sql`), "-- one more line\n");
    write("202601010000_a", up("CREATE TABLE a ();"));
    const told = `Nothing was done.\n- ${FIRST} was edited after it was applied`;
    await expect(migrate(client, folder)).rejects.toThrow(told);
    await expect(rollback(client, undefined, folder)).rejects.toThrow(told);
    expect(await objects(client)).not.toContain("r a");
    expect((await progress(client, folder)).problems).toHaveLength(1);
  });

  test("other line ends are no edit", async () => {
    const { client, folder, write } = await prepared({ "202601010000_a": up("CREATE TABLE a ();") });
    await migrate(client, folder);
    write("202601010000_a", up("CREATE TABLE a ();").replaceAll("\n", "\r\n"));
    expect(await migrate(client, folder)).toEqual([]);
  });

  test("a file that is gone, and one that comes too early, are told together", async () => {
    const { client, folder, write } = await prepared({ "202601020000_b": up("CREATE TABLE b ();") });
    await migrate(client, folder);
    rmSync(join(folder, "202601020000_b.sql"));
    write("202601010000_a", up("CREATE TABLE a ();"));
    await expect(migrate(client, folder)).rejects.toThrow(
      /- 202601020000_b was applied, and its file is gone.*\n- 202601010000_a comes before 202601020000_b, which was applied already/,
    );
  });

  test("files that are no migrations are all named", async () => {
    const { client, folder, write } = await prepared({ "2026_short": up("SELECT 1;") });
    write("202601010000_no_marker", "SELECT 1;");
    writeFileSync(join(folder, "notes.txt"), "none");
    await expect(migrate(client, folder)).rejects.toThrow(
      /nothing was changed\.\n- 202601010000_no_marker\.sql: begin it with.*\n- 2026_short\.sql: name it.*\n- notes\.txt: name it.*\n- notes\.txt: begin it/,
    );
  });

  test.each(["COMMIT", "BEGIN", "ROLLBACK", "START TRANSACTION"])("%s in a file is refused", async (word) => {
    const { client, folder } = await prepared({ "202601010000_a": up(`CREATE TABLE a ();\n${word};\nSELECT 1/0;`) });
    await expect(migrate(client, folder)).rejects.toThrow(`202601010000_a.sql: leave out ${word}.`);
    expect(await objects(client)).not.toContain("r a");
  });

  test("words of transactions in functions, strings and savepoints are none", async () => {
    const { client, folder } = await prepared({
      "202601010000_a": up(
        "DO $$ BEGIN PERFORM 1; END $$;\nSELECT 'x; COMMIT;'; -- COMMIT;\nSAVEPOINT s; ROLLBACK TO s;",
      ),
    });
    expect(await migrate(client, folder)).toHaveLength(2);
  });

  test("several statements without a transaction, and days that are none, are refused", async () => {
    const { client, folder } = await prepared({
      "202601010000_a": up("-- No Transaction\nSELECT 1;\nSELECT 2;"),
      "202613010000_b": up("SELECT 1;"),
    });
    await expect(migrate(client, folder)).rejects.toThrow(
      /202601010000_a\.sql: without a transaction it takes one statement.*\n- 202613010000_b\.sql: name it/,
    );
  });

  test("a database of Alembic is not migrated over", async () => {
    const { client, folder } = await prepared();
    await client.query(
      "CREATE TABLE alembic_version (version_num varchar(32)); INSERT INTO alembic_version VALUES ('7')",
    );
    await expect(migrate(client, folder)).rejects.toThrow('alembic_version is at "7"). Nothing was done. Run baseline');
    expect(await appliedNames(client, folder)).toEqual([]);
  });
});

describe("two at once", () => {
  test("one migrates, and the other is told who does", async () => {
    const { config, folder } = await prepared({ "202601010000_slow": up("SELECT pg_sleep(0.3);") });
    const [one, other] = await Promise.all([
      server.connect({ ...config, application_name: "operator one" }),
      server.connect({ ...config, application_name: "operator two" }),
    ]);
    const results = await Promise.allSettled([migrate(one, folder), migrate(other, folder)]);
    const [lost] = results.filter((result) => result.status === "rejected");
    expect(results.filter(({ status }) => status === "fulfilled")).toEqual([
      { status: "fulfilled", value: [FIRST, "202601010000_slow"] },
    ]);
    expect(String(lost?.reason)).toMatch(
      /Somebody else is changing this database: operator (one|two), since \d{4}-.*Z\.\nNothing was done\./,
    );
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

  test("a session that is killed in the middle leaves nothing, and no lock", async () => {
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
      /^UserError: The session with the database broke while 202601010000_slow ran: terminating connection due to administrator command\nPostgreSQL takes back/,
    );
    expect(await appliedNames(client, folder)).toEqual([]);
    expect(await migrate(client, MIGRATIONS_FOLDER)).toContain(FIRST);
  }, 20_000);
});

/** Asks the server until a query has a row. */
async function until(client: Client, query: string, values: unknown[] = []): Promise<void> {
  while ((await client.query(query, values)).rows.length === 0);
}
