import { readFileSync } from "node:fs";
import type { Client, ClientConfig } from "pg";
import { migrate } from "../../src/database/migrate";
import { dataApiClient, dataApiSession, type DataApiOptions } from "../../tools/db/data-api";
import { runScript } from "../../tools/db/script";
import { pgSession, type SqlSession } from "../../tools/db/session";
import { startDataApiEndpoint, type DataApiEndpoint } from "../helpers/data-api-endpoint";
import { ERROR_STATUS, type ErrorName } from "../helpers/data-api-faults";
import { testServer } from "../helpers/database";

const REGION = "ap-south-1";
const CLUSTER = `arn:aws:rds:${REGION}:111122223333:cluster:sample-aurora`;
const SECRET = `arn:aws:secretsmanager:${REGION}:111122223333:secret:sample/db-AbCdEf`;
const SECRET_KEY = "sample-secret-access-key";
const SEED = readFileSync("src/database/seed.sql", "utf8");
const TABLES = ["customers", "cakes", "inventory", "orders", "order_items", "payments", "audit_log"];

const server = testServer();
const started: { endpoint?: DataApiEndpoint } = {};
let endpoint: DataApiEndpoint;
let config: ClientConfig;
let direct: Client;

beforeAll(async () => {
  config = await server.database("data_api");
  direct = await server.connect(config);
  await migrate(direct);
  await direct.query("CREATE TABLE notes (id int PRIMARY KEY, note text)");
});
beforeEach(async () => {
  endpoint = await startDataApiEndpoint({
    clusterArn: CLUSTER,
    secretArn: SECRET,
    database: config,
    statementMs: 300,
  });
  started.endpoint = endpoint;
});
afterEach(async () => {
  await started.endpoint?.close();
  await direct.query("TRUNCATE notes");
});

function session(overrides: Partial<DataApiOptions> = {}): SqlSession {
  const env = {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_ACCESS_KEY_ID: "sample-access-key",
    AWS_SECRET_ACCESS_KEY: SECRET_KEY,
  };
  return dataApiSession({
    client: dataApiClient(REGION, env),
    ...{ clusterArn: CLUSTER, secretArn: SECRET, database: config.database ?? "", env },
    onWait: () => undefined,
    ...overrides,
  });
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: "UserError" });
  return (error as Error).message;
}

async function notes(): Promise<number[]> {
  const { rows } = await direct.query<{ id: number }>("SELECT id FROM notes ORDER BY id");
  return rows.map(({ id }) => id);
}

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

const operations = (): string[] => endpoint.calls.map(({ operation }) => operation);

describe("seeding", () => {
  test("gives the rows that a connection gives, and the second time nothing more", async () => {
    const other = await server.connect(await server.database("seeded_directly"));
    await migrate(other);
    await runScript(pgSession(other), SEED);

    const count = await runScript(session(), SEED);
    const once = await sampleRows(direct);
    expect(once).toEqual(await sampleRows(other));
    expect(once.order_items).toHaveLength(3);
    const ids = endpoint.calls.slice(1).map(({ request }) => request.transactionId);
    expect(operations()).toEqual(["begin", ...Array<string>(count).fill("execute"), "commit"]);
    expect(new Set(ids).size).toBe(1);

    const changes: (number | undefined)[] = [];
    await runScript(session(), SEED, ({ result }) => changes.push(result.changed));
    expect(changes).toEqual(Array(count).fill(0));
    expect(await sampleRows(direct)).toEqual(once);
  });
});

describe("a script", () => {
  test("that fails leaves nothing, and its statement is named", async () => {
    const script = "INSERT INTO notes VALUES (1, 'a');\n-- again\nINSERT INTO notes\nVALUES (1, 'b');\nSELECT 1;";
    expect(await failureOf(runScript(session(), script))).toBe(
      [
        "Statement 2 of 3 (line 3) failed; nothing of the script is kept.",
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
        "- Line 1: The statement has 65609 bytes, and the Data API takes 65536: split it.",
        "- Line 2: BEGIN has no place in a script, which is one transaction as it is: take it out.",
        '- Line 3: The Data API takes ":n" for a parameter: write a space after the colon.',
        "- Line 4: COMMIT has no place in a script, which is one transaction as it is: take it out.",
      ].join("\n"),
    );
    expect(await failureOf(runScript(session(), "SELECT 1;\nSELEC 2;"))).toContain(
      'Line 2: syntax error at or near "SELEC"',
    );
    expect(await failureOf(runScript(session(), "-- nothing"))).toContain("It has no statements.");
    expect(operations()).toEqual([]);
  });

  test("with colons that are no parameters is run", async () => {
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
    expect(given).toEqual(await pgSession(direct).execute(sql));
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
  ])("that the Data API does not give are told: %s", async (sql, message) => {
    const failure = await failureOf(session().execute(sql));
    expect(failure).toContain(message);
    expect(failure).toContain("Cast what it does not know to text");
  });
});

describe("a database that pauses", () => {
  test("is waited for", async () => {
    endpoint.sleep(2);
    const pauses: number[] = [];
    const reasons: string[] = [];
    await runScript(
      session({
        pause: (milliseconds) => Promise.resolve(pauses.push(milliseconds)),
        onWait: (reason) => reasons.push(reason),
      }),
      "INSERT INTO notes VALUES (1)",
    );
    expect(await notes()).toEqual([1]);
    expect(operations()).toEqual(["begin", "begin", "begin", "execute", "commit"]);
    expect(pauses).toEqual([5000, 5000]);
    expect(reasons).toEqual([expect.stringContaining("resuming after being auto-paused")]);
  });

  test("is given up in the end", async () => {
    endpoint.sleep(1000);
    const pauses: number[] = [];
    const ours = session({
      patienceMs: 20_000,
      pause: (milliseconds) => Promise.resolve(pauses.push(milliseconds)),
    });
    expect(await failureOf(runScript(ours, "SELECT 1"))).toContain(
      "Nothing was done: the database did not wake in 20 seconds.",
    );
    expect(pauses).toHaveLength(4);
    expect(operations()).toEqual(Array(5).fill("begin"));
  });
});

describe("an answer that is lost", () => {
  test("of a statement takes all back; the statement is not sent again", async () => {
    endpoint.loseNextAnswer("execute");
    const failure = await failureOf(runScript(session(), "INSERT INTO notes VALUES (1)"));
    expect(failure).toContain("nothing of the script is kept");
    expect(failure).toContain("The Data API gave no result");
    expect(await notes()).toEqual([]);
    expect(operations()).toEqual(["begin", "execute", "rollback"]);
  });

  test("of the commit leaves open what is kept", async () => {
    endpoint.loseNextAnswer("commit");
    expect(await failureOf(runScript(session(), "INSERT INTO notes VALUES (1)"))).toContain(
      "Whether the transaction is kept is not known: look before you repeat it.",
    );
    expect(await notes()).toEqual([1]);
    expect(operations()).toEqual(["begin", "execute", "commit"]);
  });

  test("of taking back is told, and nothing is kept", async () => {
    endpoint.loseNextAnswer("rollback");
    expect(await failureOf(runScript(session(), "INSERT INTO notes VALUES (1); SELECT 1 / 0"))).toContain(
      "Taking the transaction back was not confirmed. It ends by itself after three idle minutes",
    );
    expect(await notes()).toEqual([]);
  });

  test("of the beginning means that nothing was done", async () => {
    endpoint.loseNextAnswer("begin");
    expect(await failureOf(runScript(session(), "INSERT INTO notes VALUES (1)"))).toContain(
      "Nothing was done: no transaction began.",
    );
    expect(operations()).toEqual(["begin"]);
  });
});

describe("a transaction", () => {
  test("that its own commit refuses is not kept", async () => {
    await direct.query(
      "CREATE TABLE pairs (id int PRIMARY KEY, other int REFERENCES pairs DEFERRABLE INITIALLY DEFERRED)",
    );
    const failure = await failureOf(runScript(session(), "INSERT INTO pairs VALUES (1, 2)"));
    expect(failure).toContain("The transaction was not committed; nothing of it is kept.");
    expect(failure).toContain("SQLState: 23503");
    expect((await direct.query("SELECT FROM pairs")).rows).toEqual([]);
  });

  test.each<[ErrorName, string]>([
    ["AccessDeniedException", "The transaction was not committed; nothing of it is kept."],
    ["StatementTimeoutException", "Whether the transaction is kept is not known"],
    ["InternalServerErrorException", "Whether the transaction is kept is not known"],
    ["ServiceUnavailableError", "Whether the transaction is kept is not known"],
  ])("whose commit is answered with %s", async (name, meaning) => {
    endpoint.refuseNext("commit", name, "words of the service");
    expect(await failureOf(runScript(session(), "INSERT INTO notes VALUES (1)"))).toContain(meaning);
  });

  test("that was idle for too long is told", async () => {
    const ours = session();
    await ours.execute("INSERT INTO notes VALUES (1)");
    await endpoint.expireTransactions();
    expect(await failureOf(ours.execute("INSERT INTO notes VALUES (2)"))).toContain("after three idle minutes");
    expect(ours.transaction).toBe("failed");
    await ours.rollback();
    await ours.execute("INSERT INTO notes VALUES (3)");
    await ours.commit();
    expect(await notes()).toEqual([3]);
  });

  test("that failed takes nothing more before it is rolled back, so that no COMMIT keeps a part", async () => {
    const ours = session();
    await ours.execute("INSERT INTO notes VALUES (1)");
    await failureOf(ours.execute("SELEC"));
    expect(await failureOf(ours.execute("INSERT INTO notes VALUES (2)"))).toContain("ROLLBACK; ends it");
    expect(await failureOf(ours.execute("COMMIT"))).toBe("The transaction has failed; nothing of it is kept.");
    expect(ours.transaction).toBe("none");
    expect(await failureOf(ours.execute("COMMIT"))).toContain("there is nothing to commit");
    expect(await failureOf(ours.execute("BEGIN ISOLATION LEVEL SERIALIZABLE"))).toContain("SET TRANSACTION");
    expect(await failureOf(ours.execute("INSERT INTO notes VALUES (3)"))).toContain("has failed");
    expect(await notes()).toEqual([]);
  });
});

describe("what the Data API refuses is told, with what to do", () => {
  test.each<[ErrorName, string]>([
    ["AccessDeniedException", `rds-data:ExecuteStatement, rds-data:CommitTransaction`],
    ["BadRequestException", "BadRequestException: words of the service"],
    ["DatabaseErrorException", "DatabaseErrorException: words of the service"],
    ["DatabaseNotFoundException", `${CLUSTER} has no instance`],
    ["DatabaseResumingException", "run it again in some minutes"],
    ["DatabaseUnavailableException", "as in a failover"],
    ["ForbiddenException", `secretsmanager:GetSecretValue of ${SECRET}, whose policy`],
    ["HttpEndpointNotEnabledException", `The Data API is off for ${CLUSTER}`],
    ["InternalServerErrorException", "run it again in some minutes"],
    ["InvalidResourceStateException", "it has to be available"],
    ["InvalidSecretException", `${SECRET} has to hold`],
    ["NotFoundException", `Look whether ${CLUSTER} and ${SECRET} are there`],
    ["SecretsErrorException", "secretReaderArns"],
    ["ServiceUnavailableError", "run it again in some minutes"],
    ["StatementTimeoutException", "45 seconds"],
    ["TransactionNotFoundException", "three idle minutes"],
    ["UnsupportedResultException", "column::text"],
    ["ValidationException", "ValidationException: words of the service"],
  ])("%s", async (name, remedy) => {
    endpoint.refuseNext("execute", name, "words of the service");
    const failure = await failureOf(runScript(session(), "SELECT 'a customer'"));
    expect(failure).toContain("Statement 1 of 1 (line 1) failed");
    expect(failure).toContain(name);
    expect(failure).toContain(remedy);
    expect(failure).not.toContain(SECRET_KEY);
    expect(failure).not.toContain("a customer");
    expect(operations()).toEqual(["begin", "execute", "rollback"]);
  });

  test("by names that the SDK knows as well", async () => {
    const errors = Object.keys(await import("@aws-sdk/client-rds-data")).filter((name) =>
      /(Exception|Error)$/.test(name),
    );
    const known = errors.filter((name) => name !== "RDSDataServiceException");
    expect(Object.keys(ERROR_STATUS).filter((name) => name !== "ValidationException")).toEqual(known.sort());
  });

  test("a statement that takes too long", async () => {
    expect(await failureOf(session().execute("SELECT pg_sleep(60)::text"))).toContain("StatementTimeoutException");
  });

  test("several statements in a call", async () => {
    for (const sql of ["SELECT 1; SELECT 2", "COMMIT; SELECT 2"]) {
      expect(await failureOf(session().execute(sql))).toContain("Multistatements aren't supported");
    }
  });

  test("another cluster, another secret; the secret's name is as good as its ARN", async () => {
    expect(await failureOf(session({ clusterArn: `${CLUSTER}-other` }).begin())).toContain(
      "HttpEndpoint isn't enabled",
    );
    expect(await failureOf(session({ secretArn: `${SECRET}x` }).begin())).toContain("SecretsErrorException");
    expect((await session({ secretArn: "sample/db" }).execute("SELECT 1")).rows).toEqual([["1"]]);
  });

  test("an endpoint that is not there", async () => {
    await endpoint.close();
    delete started.endpoint;
    const failure = await failureOf(runScript(session(), "SELECT 1"));
    expect(failure).toContain("Nothing was done: no transaction began.");
    expect(failure).toContain("ECONNREFUSED");
  });
});
