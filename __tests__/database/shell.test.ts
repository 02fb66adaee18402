import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import type { Client, ClientConfig } from "pg";
import { canceller } from "../../src/database/cancel";
import { dataApiClient, dataApiSession } from "../../tools/operate/database/data-api";
import { pgSession, type SqlSession } from "../../tools/operate/database/session";
import { runShell } from "../../tools/operate/database/shell";
import { startDataApiEndpoint, type DataApiEndpoint } from "../helpers/data-api-endpoint";
import { testServer } from "../helpers/database";
import { piecemealWay, type PiecemealWay } from "./piecemeal-way";

const REGION = "ap-south-1";
const CLUSTER = `arn:aws:rds:${REGION}:111122223333:cluster:sample-aurora`;
const SECRET = `arn:aws:secretsmanager:${REGION}:111122223333:secret:sample/db-AbCdEf`;

const server = testServer();
let config: ClientConfig;
let observer: Client;
let endpoint: DataApiEndpoint;

beforeAll(async () => {
  config = await server.database("shell");
  observer = await server.connect(config);
  endpoint = await startDataApiEndpoint({ clusterArn: CLUSTER, secretArn: SECRET, database: config });
});
beforeEach(async () => {
  await observer.query("CREATE TABLE notes (id int PRIMARY KEY, note text)");
});
afterEach(async () => {
  await observer.query("DROP TABLE notes");
});
afterAll(() => endpoint.close());

const SESSIONS: readonly [string, () => Promise<SqlSession>][] = [
  ["a connection", async () => pgSession(await server.connect(config))],
  [
    "the Data API",
    () => {
      const env = { AWS_ENDPOINT_URL: endpoint.url, AWS_ACCESS_KEY_ID: "sample-key", AWS_SECRET_ACCESS_KEY: "sample" };
      return Promise.resolve(
        dataApiSession({
          client: dataApiClient(REGION, env),
          ...{ clusterArn: CLUSTER, secretArn: SECRET, database: "shell", env },
          onWait: () => undefined,
        }),
      );
    },
  ],
];
const [[, connection], [, dataApi]] = SESSIONS as [(typeof SESSIONS)[number], (typeof SESSIONS)[number]];

/** Somebody at a terminal. */
interface Typist {
  /** What is shown before anything is typed. */
  readonly greeting: string;
  /** Types lines. @returns what appears, up to and with the prompt that waits next */
  type(...lines: string[]): Promise<string>;
  /** Types a last line, or Ctrl-D. @returns what appears, and the exit code */
  leave(line?: string): Promise<{ output: string; code: number }>;
}

async function sitDown(session: SqlSession): Promise<Typist> {
  const input = new PassThrough();
  const output = new PassThrough();
  let seen = "";
  let look: () => void = () => undefined;
  output.on("data", (chunk: Buffer) => {
    seen += chunk.toString();
    look();
  });
  const prompts = (count: number): Promise<string> =>
    new Promise((appeared) => {
      look = () => {
        if ((seen.match(/^(shell=[*!]?|-)> /gm) ?? []).length >= count) {
          appeared(seen);
          seen = "";
        }
      };
      look();
    });
  const done = runShell({ input, output, session, database: "shell", interactive: true });
  return {
    greeting: await prompts(1),
    type: async (...lines) => {
      let all = "";
      for (const line of lines) {
        const appearing = prompts(1);
        input.write(`${line}\n`);
        all += await appearing;
      }
      return all;
    },
    leave: async (line) => {
      input.end(line);
      const code = await done;
      return { output: seen, code };
    },
  };
}

async function notes(): Promise<number[]> {
  const { rows } = await observer.query<{ id: number }>("SELECT id FROM notes ORDER BY id");
  return rows.map(({ id }) => id);
}

describe.each(SESSIONS)("somebody types over %s", (_, open) => {
  test("and sees tables, errors, and how to go on", async () => {
    const typist = await sitDown(await open());
    expect(typist.greeting).toContain("\\? shows help, \\q quits.");
    expect(await typist.type("\\?")).toContain("End a statement with a semicolon");
    expect(await typist.type("-- a remark", "")).toBe("shell=> shell=> ");
    const table = await typist.type(
      "SELECT id, note AS \"the;note\" FROM (VALUES (1, 'a;'),",
      "(22, NULL), (3, E'two\\nlines\\x1b[1m')) AS t (id, note);",
    );
    expect(table.replace(/shell=\*?> $/, "")).toBe(
      [
        "->  id | the;note",
        "----+-------------------",
        " 1  | a;",
        " 22 |",
        " 3  | two\\nlines\\x1b[1m",
        "(3 rows)",
        "",
      ].join("\n"),
    );
    const failure = await typist.type("SELEC 1;");
    expect(failure).toContain('syntax error at or near "SELEC"');
    await typist.type("ROLLBACK;");
    expect(await typist.type("INSERT INTO notes VALUES (1), (2); SELECT count(*) FROM notes;")).toMatch(
      /^INSERT 2\n count\n-------\n 2\n\(1 row\)\n/,
    );
    expect((await typist.leave("\\q\n")).code).toBe(0);
  });

  test("a transaction, which fails whole", async () => {
    const typist = await sitDown(await open());
    expect(await typist.type("BEGIN;")).toBe("BEGIN\nshell=*> ");
    expect(await typist.type("INSERT INTO notes VALUES (1);")).toBe("INSERT 1\nshell=*> ");
    expect(await typist.type("SELEC;")).toMatch(/syntax error.*\nshell=!> $/s);
    expect(await typist.type("INSERT INTO notes VALUES (2);")).toMatch(/shell=!> $/);
    expect(await typist.type("ROLLBACK;")).toBe("ROLLBACK\nshell=> ");
    expect(await typist.type("BEGIN; INSERT INTO notes VALUES (3); COMMIT;")).toBe("BEGIN\nINSERT 1\nCOMMIT\nshell=> ");
    expect(await notes()).toEqual([3]);
    await typist.type("BEGIN;", "INSERT INTO notes VALUES (4);");
    const { output, code } = await typist.leave();
    expect(output).toContain("The open transaction was rolled back.");
    expect(code).toBe(0);
    expect(await notes()).toEqual([3]);
  });
});

describe("a connection whose answers come piece by piece", () => {
  let way: PiecemealWay;
  beforeAll(async () => {
    way = await piecemealWay(config);
  });
  afterAll(() => way.close());

  test("shows what the whole answer says", async () => {
    const typist = await sitDown(pgSession(await server.connect(way.config)));
    expect(await typist.type("BEGIN;")).toBe("BEGIN\nshell=*> ");
    expect(await typist.type("SELEC;")).toMatch(/syntax error.*\nshell=!> $/s);
    expect(await typist.type("ROLLBACK;")).toBe("ROLLBACK\nshell=> ");
    expect(await typist.type("BEGIN; SELECT 1 / 0;")).toMatch(/division by zero.*\nshell=!> $/s);
    expect((await typist.leave()).output).toContain("The open transaction was rolled back");
  });
});

describe("without BEGIN", () => {
  test("a connection keeps each statement", async () => {
    const typist = await sitDown(await connection());
    expect(typist.greeting).not.toContain("transaction");
    expect(await typist.type("INSERT INTO notes VALUES (1);")).toBe("INSERT 1\nshell=> ");
    expect(await notes()).toEqual([1]);
    expect((await typist.leave()).output).not.toContain("rolled back");
  });

  test("the Data API keeps what COMMIT confirms", async () => {
    const typist = await sitDown(await dataApi());
    expect(typist.greeting).toContain("The first statement begins a transaction.");
    expect(await typist.type("INSERT INTO notes VALUES (1);")).toBe("INSERT 1\nshell=*> ");
    expect(await notes()).toEqual([]);
    expect(await typist.type("COMMIT;")).toBe("COMMIT\nshell=> ");
    expect(await typist.type("INSERT INTO notes VALUES (2);")).toBe("INSERT 1\nshell=*> ");
    expect(await typist.type("ROLLBACK;")).toBe("ROLLBACK\nshell=> ");
    await typist.type("INSERT INTO notes VALUES (3);");
    expect((await typist.leave("\\q\n")).output).toContain("The open transaction was rolled back");
    expect(await notes()).toEqual([1]);
  });

  test("the Data API keeps nothing of what is pasted after a failure", async () => {
    const typist = await sitDown(await dataApi());
    const { output } = await typist.leave(
      "INSERT INTO notes VALUES (1);\nINSERT INTO note VALUES (2);\nINSERT INTO notes VALUES (3);\nCOMMIT;\n",
    );
    expect(output).toMatch(/INSERT 1\n.*"note" does not exist.*End it with ROLLBACK.*nothing was committed/s);
    expect(await notes()).toEqual([]);
  });
});

describe.each(SESSIONS)("a script that is piped over %s", (_, open) => {
  async function pipe(script: string): Promise<{ output: string; code: Promise<number> }> {
    const output = new PassThrough();
    const code = runShell({ input: Readable.from([script]), output, session: await open(), database: "shell" });
    await code.catch(() => undefined);
    return { output: String(output.read() ?? ""), code };
  }

  test("is kept whole", async () => {
    const { output, code } = await pipe("INSERT INTO notes VALUES (1, 'é;');\nSELECT note FROM notes;\n");
    expect(output).toBe("INSERT 1\n note\n------\n é;\n(1 row)\n");
    expect(await code).toBe(0);
    expect(await notes()).toEqual([1]);
  });

  test("fails with its first failure, and leaves nothing", async () => {
    const { output, code } = await pipe("INSERT INTO notes VALUES (1);\nSELECT 1 / 0;\nINSERT INTO notes VALUES (2);");
    expect(output).toBe("INSERT 1\n");
    await expect(code).rejects.toThrow(
      /^Statement 2 of 3 \(line 2\) failed; nothing was committed\.\n.*division by zero.*22012/s,
    );
    expect(await notes()).toEqual([]);
  });

  test("has no transactions of its own", async () => {
    const { code } = await pipe("BEGIN;\nINSERT INTO notes VALUES (1);\nCOMMIT;");
    await expect(code).rejects.toThrow(/nothing was done\.\n- Line 1: BEGIN .*\n- Line 3: COMMIT/);
    expect(await notes()).toEqual([]);
  });
});

describe("Ctrl-C", () => {
  /** A terminal at which somebody types. @returns its keys, and what appears */
  function terminal(session: SqlSession): { press: (keys: string) => void; appears: (words: string) => Promise<void> } {
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
    const output = new PassThrough();
    let seen = "";
    output.on("data", (chunk: Buffer) => (seen += chunk.toString()));
    const done = runShell({ input, output, session, database: "shell" });
    left.push(async () => {
      input.end();
      await done;
    });
    return {
      press: (keys) => {
        seen = "";
        input.write(keys);
      },
      appears: async (words) => {
        while (!seen.includes(words)) {
          await once(output, "data");
        }
      },
    };
  }
  const left: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(left.splice(0).map((leave) => leave()));
  });

  /** A statement that runs as long as the observer holds the lock. */
  const WAITS = "SELECT pg_advisory_xact_lock(1)::text";

  const waits = async (): Promise<boolean> =>
    (await observer.query("SELECT FROM pg_stat_activity WHERE state = 'active' AND query = $1", [WAITS])).rowCount ===
    1;

  beforeEach(() => observer.query("SELECT pg_advisory_lock(1)"));
  afterEach(() => observer.query("SELECT pg_advisory_unlock_all()"));

  async function begun(): Promise<void> {
    while (!(await waits())) {
      // It is on its way.
    }
  }

  test("cancels what a connection runs, and the session goes on", async () => {
    const client = await server.connect(config);
    const { press, appears } = terminal(pgSession(client, await canceller(client, () => server.connect(config))));
    await appears("shell=> ");
    press(`${WAITS};\r`);
    await begun();
    press("\u0003");
    await appears("ERROR: canceling statement due to user request (SQLSTATE 57014)");
    press("SELECT 40 + 2 AS answer;\r");
    await appears(" 42");
    expect(await waits()).toBe(false);
  });

  test("cancels no later statement, however long it takes to get there", async () => {
    const client = await server.connect(config);
    const gate: { open: () => void } = { open: () => undefined };
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    const late = async (): Promise<Client> => {
      await opened;
      return server.connect(config);
    };
    const session = pgSession(client, await canceller(client, late));
    const first = session.execute("SELECT 1 AS one");
    const cancelling = session.cancel?.();
    await first;
    const second = session.execute(WAITS);
    await begun();
    gate.open();
    await cancelling;
    await observer.query("SELECT pg_advisory_unlock(1)");
    expect((await second).rows).toHaveLength(1);
  });

  test("drops what is typed of a statement", async () => {
    const { press, appears } = terminal(await connection());
    await appears("shell=> ");
    press("DROP TABLE\r");
    await appears("-> ");
    press("notes\u0003");
    await appears("shell=> ");
    press("SELECT 40 + 2 AS answer;\r");
    await appears(" 42");
    expect(await notes()).toEqual([]);
  });

  test("reports that the Data API cannot cancel", async () => {
    const { press, appears } = terminal(await dataApi());
    await appears("shell=> ");
    press(`${WAITS};\r`);
    await begun();
    press("\u0003");
    await appears("the Data API cannot cancel it");
    await observer.query("SELECT pg_advisory_unlock(1)");
    await appears("(1 row)");
  });
});

describe("a connection", () => {
  test("shows everything that PostgreSQL reports", async () => {
    const session = await connection();
    await session.execute("INSERT INTO notes VALUES (1)");
    await expect(session.execute("INSERT INTO notes VALUES (1)")).rejects.toThrow(
      'ERROR: duplicate key value violates unique constraint "notes_pkey" (SQLSTATE 23505)\nDETAIL: Key (id)=(1) already exists.',
    );
  });

  test("that breaks has kept nothing that was not committed", async () => {
    const client = await server.connect(config);
    client.on("error", () => undefined);
    const session = pgSession(client);
    await session.begin();
    const { rows } = await session.execute("SELECT pg_backend_pid()");
    await session.execute("INSERT INTO notes VALUES (1)");
    const superuser = await server.connect({ ...config, user: "postgres" });
    await superuser.query("SELECT pg_terminate_backend($1)", [Number(rows[0]?.[0])]);
    await expect(session.execute("INSERT INTO notes VALUES (2)")).rejects.toMatchObject({ name: "UserError" });
    expect(session.transaction).toBe("none");
    await expect(session.commit()).rejects.toThrow(
      /The connection to the database failed: .*check before you repeat it/,
    );
    expect(await notes()).toEqual([]);
  });
});
