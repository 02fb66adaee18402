import { readFileSync } from "node:fs";
import type { Client } from "pg";
import { migrate } from "../../src/database/migrate";
import { runScript } from "../../tools/operate/database/script";
import { pgSession } from "../../tools/operate/database/session";
import { dataApiStage, failureOf } from "./data-api-stage";

const SEED = readFileSync("src/database/seed.sql", "utf8");
const TABLES = ["customers", "cakes", "inventory", "orders", "order_items", "payments", "audit_log"];

const { server, endpoint, direct, session, notes, operations } = dataApiStage();

async function sampleRows(client: Client): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown> = {};
  for (const table of TABLES) {
    const { rows: found } = await client.query(
      `SELECT to_jsonb(${table}) - 'created_at' - 'updated_at' AS row FROM ${table} ORDER BY id`,
    );
    rows[table] = found;
  }
  return rows;
}

describe("seeding", () => {
  test("adds the same rows as over a connection, and nothing the second time", async () => {
    const other = await server.connect(await server.database("seeded_directly"));
    await migrate(other);
    await runScript(pgSession(other), SEED);

    const count = await runScript(session(), SEED);
    const once = await sampleRows(direct());
    expect(once).toEqual(await sampleRows(other));
    expect(once.order_items).toHaveLength(3);
    const ids = endpoint()
      .calls.slice(1)
      .map(({ request }) => request.transactionId);
    expect(operations()).toEqual(["begin", ...Array<string>(count).fill("execute"), "commit"]);
    expect(new Set(ids).size).toBe(1);

    const changes: (number | undefined)[] = [];
    await runScript(session(), SEED, ({ result }) => changes.push(result.changed));
    expect(changes).toEqual(Array(count).fill(0));
    expect(await sampleRows(direct())).toEqual(once);
  });
});

describe("a script", () => {
  test("that fails leaves nothing, and its statement is named", async () => {
    const script = "INSERT INTO notes VALUES (1, 'a');\n-- again\nINSERT INTO notes\nVALUES (1, 'b');\nSELECT 1;";
    expect(await failureOf(runScript(session(), script))).toBe(
      [
        "Statement 2 of 3 (line 3) failed; nothing was committed.",
        'DatabaseErrorException: ERROR: duplicate key value violates unique constraint "notes_pkey"',
        "  Detail: Key (id)=(1) already exists.; SQLState: 23505",
      ].join("\n"),
    );
    expect(await notes()).toEqual([]);
    expect(operations()).toEqual(["begin", "execute", "execute", "rollback"]);
  });

  test("that cannot be run is refused before anything is sent, with all that is wrong", async () => {
    const script = `SELECT '${"é".repeat(32_800)}';\nBEGIN;\nSELECT (ARRAY[1, 2])[1:n] FROM t;\nCOMMIT;`;
    expect(await failureOf(runScript(session(), script))).toBe(
      [
        "The script cannot be run; nothing was done.",
        "- Line 1: The statement has 65609 bytes; the Data API takes at most 65536. Split it.",
        "- Line 2: BEGIN is not allowed: a script is one transaction already. Remove it.",
        '- Line 3: The Data API reads ":n" as a parameter: put a space after the colon.',
        "- Line 4: COMMIT is not allowed: a script is one transaction already. Remove it.",
      ].join("\n"),
    );
    expect(await failureOf(runScript(session(), "SELECT 1;\nSELEC 2;"))).toContain(
      'Line 2: syntax error at or near "SELEC"',
    );
    expect(await failureOf(runScript(session(), "-- nothing"))).toContain("It has no statements.");
    expect(operations()).toEqual([]);
  });

  test("with colons that are not parameters is run", async () => {
    const script =
      "SELECT ' :a' AS \":b\", $$ :c $$, (ARRAY[1, 2])[1 : id] FROM (SELECT '2'::int) AS t (id); -- :d\nDO $$ BEGIN PERFORM ':e'; END $$";
    expect(await runScript(session(), script)).toBe(2);
  });
});

describe("values", () => {
  test("are what PostgreSQL prints", async () => {
    const sql = `SELECT true AS yes, NULL::int AS nothing, 9007199254740993 AS long, -1::smallint AS short, 12.50 AS money,
      0.1::float8 AS float, 'കേക്ക്' AS text, '' AS empty, '\\x00ff'::bytea AS bytes, '{"a": 1}'::jsonb AS json,
      date '2025-11-02' AS day, '00000000-0000-4000-8000-000000000101'::uuid AS uuid, ARRAY[1, 2] AS longs,
      ARRAY[true, false] AS bools, ARRAY['a b', 'c"d', 'e\\f', 'NULL', '', 'g'] AS texts, '{}'::int[] AS none`;
    const given = await session().execute(sql);
    expect(given).toEqual(await pgSession(direct()).execute(sql));
    expect(given.rows[0]?.slice(0, 4)).toEqual(["t", null, "9007199254740993", "-1"]);
  });

  test("of times are UTC, without a zone", async () => {
    const { rows } = await session().execute("SELECT timestamptz '2025-11-02 15:30:00.5+05:30'");
    expect(rows).toEqual([["2025-11-02 10:00:00.5"]]);
  });

  test("that statements return are counted", async () => {
    const ours = session();
    const writes = [
      "INSERT INTO notes VALUES (1), (2)",
      "UPDATE notes SET note = 'x' RETURNING id",
      "DELETE FROM notes",
    ];
    const results = [];
    for (const sql of [...writes, "CREATE TABLE other ()"]) {
      results.push(await ours.execute(sql));
    }
    await ours.rollback();
    expect(results.map(({ command, changed }) => [command, changed])).toEqual([
      ["INSERT", 2],
      ["UPDATE", 2],
      ["DELETE", 2],
      ["CREATE", undefined],
    ]);
  });

  test.each([
    ["SELECT point '(1,2)'", "unsupported data type POINT"],
    ["SELECT ARRAY[[1], [2]]", "multidimensional array"],
    ["SELECT repeat('x', 65537)", "Packet for query is too large"],
    ["SELECT repeat('x', 60000) FROM generate_series(1, 20)", "Database response exceeded size limit"],
  ])("that the Data API does not return are reported: %s", async (sql, message) => {
    const failure = await failureOf(session().execute(sql));
    expect(failure).toContain(message);
    expect(failure).toContain("Cast types that it does not support to text");
  });
});
