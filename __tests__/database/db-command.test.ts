import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Client } from "pg";
import { disposable as dev, guarded as prod } from "../helpers/live-environments";
import { runDatabaseCommand, type CommandRequest } from "../../src/database/command";
import { environmentNames } from "../../src/config/names";
import { invokeCommand } from "../../tools/operate/database/remote";
import { makeCheckout } from "../helpers/checkout";
import { awsEndpoint } from "../helpers/aws-endpoint";
import { startFunction, type LambdaHost } from "../helpers/lambda-host";
import { secureDatabase } from "../helpers/secure-database";
import { temporaryFolder } from "../helpers/temporary-folder";
import { db, ended, start } from "./db-process";
import { writeMigration } from "./migration-stage";

const FIRST = "202511020001_initial_schema";

const database = secureDatabase();
const folders = temporaryFolder("db-command");
const lambda = awsEndpoint();
const hosts: LambdaHost[] = [];
afterAll(() => Promise.all(hosts.map((host) => host.stop())));

/** Asks again and again, until there is an answer with a row. */
async function until(client: Client, sql: string): Promise<void> {
  while ((await client.query(sql)).rowCount === 0);
}

describe("a database that variables name", () => {
  test("is migrated over TLS with the secret's credentials, which are printed nowhere", async () => {
    const env = await database.environment("direct");
    const migrated = await db("migrate", resolve("."), env);
    expect(migrated).toEqual({
      code: 0,
      stdout: `Applied ${FIRST}.\n`,
      stderr: "Database direct at localhost, from DB_NAME and DB_HOST.\n",
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
  });

  test("needs all of them", async () => {
    expect(await db("status", resolve("."), { DB_HOST: "writer.example" })).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^The database's settings are wrong:\n- DB_SECRET_ARN is not set.*\n- DB_NAME is not set.*\n$/,
      ) as string,
    });
  });
});

describe("what fails outside of a migration", () => {
  const run = (client: Client, command: CommandRequest["command"]): Promise<string[]> =>
    runDatabaseCommand(client, { command }, { protectData: false });

  test.each(["status", "migrate", "seed", "baseline"] as const)(
    "a session that ends during %s is told with what to do",
    async (command) => {
      const config = await database.server.database(`broken_${command}`);
      const [owner, holder] = [await database.server.connect(config), await database.server.connect(config)];
      if (command === "seed") {
        await run(owner, "migrate");
      }
      await holder.query("CREATE TABLE alembic_version AS SELECT '202511020001' AS version_num");
      await holder.query(`BEGIN; LOCK TABLE ${command === "seed" ? "customers" : "alembic_version"}`);
      const told = expect(run(owner, command)).rejects.toMatchObject({
        name: "UserError",
        message: expect.stringMatching(
          new RegExp(`^The session with the database broke while ${command} ran: .*\n.*Check with status`),
        ) as string,
      });
      await until(
        holder,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      await told;
    },
  );

  test.each(["status", "migrate", "seed", "baseline"] as const)(
    "%s by a user who may not do it is told whom to connect as",
    async (command) => {
      const name = `denied_${command}`;
      const config = await database.server.database(name);
      const owner = await database.server.connect(config);
      await run(owner, "migrate");
      await owner.query(`CREATE ROLE ${name} LOGIN`);
      const stranger = await database.server.connect({ ...config, user: name });
      await expect(run(stranger, command)).rejects.toMatchObject({
        name: "UserError",
        message: expect.stringMatching(
          /^[\w ]+ failed: permission denied for .* \(SQLSTATE 42501\)\. Nothing was kept\.\n.*owner of the tables/,
        ) as string,
      });
    },
  );
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
    expect(await db(`migrate --env ${dev.name}`, here, lambda.env())).toEqual({
      code: 0,
      stdout: `Applied ${FIRST}.\n`,
      stderr: `Calling ${name}. A paused database takes up to two minutes to wake.\n`,
    });
    const refused = await db(`rollback 202601010000_other --env ${dev.name}`, here, lambda.env());
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(`The last migration is ${FIRST}, not 202601010000_other. Nothing was done`);
    expect((await db(`status --env ${dev.name}`, here, lambda.env())).stdout).toContain(`applied  ${FIRST}  `);
  });

  test("has what was not deployed yet named by its status", async () => {
    await deploy("outdated");
    const checkout = join(folders, "newer");
    makeCheckout(checkout, { mode: 0o755 });
    const migrations = join(checkout, "src", "database", "migrations");
    writeMigration(migrations, "209901010000_new", { up: "CREATE TABLE new ();\n" });
    const { code, stdout } = await db(`status --env ${dev.name}`, checkout, lambda.env());
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        new RegExp(`\npending  ${FIRST}\nabsent   209901010000_new  not deployed\n$`),
      ) as string,
    });
  });

  test("two operators at once: one migrates, the other is told who does", async () => {
    await deploy("by_two");
    const holder = await database.server.connect({
      ...(await database.server.database("by_two")),
      application_name: `${name} of somebody`,
    });
    await holder.query("SELECT pg_advisory_lock(7241865325823964)");
    const told = await db(`migrate --env ${dev.name}`, here, lambda.env());
    expect(told.code).toBe(1);
    expect(told.stderr).toContain(`Another session is changing this database: ${name} of somebody, since`);
  });

  test.each([
    ["is not deployed", undefined, new RegExp(`There is no function ${name}.*Deploy the environment first`)],
    [
      "timed out",
      {
        failed: "Unhandled",
        payload: '{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out after 900.00 seconds"}',
      },
      new RegExp(
        `failed: Sandbox\\.Timedout: Task timed out.*\n.*/aws/lambda/${name}.*\nIt had ${String(dev.migrateFunction.timeoutSeconds)} seconds`,
      ),
    ],
    [
      "is another package",
      { payload: '{"statusCode":404}' },
      /answered {"statusCode":404}, which this version of the project does not understand/,
    ],
  ])("says what to do when the function %s", async (_, invocation, message) => {
    lambda.functions.delete(arn);
    if (invocation) {
      lambda.functions.set(arn, () => Promise.resolve(invocation));
    }
    const { code, stdout, stderr } = await db(`status --env ${dev.name}`, here, lambda.env());
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("is not waited for without end", async () => {
    lambda.functions.set(arn, () => new Promise(() => undefined));
    await expect(invokeCommand(dev, { command: "status" }, lambda.env(), 300)).rejects.toThrow(
      /did not answer: (.|\n)*check with status before you repeat anything/,
    );
  });

  test("goes on without who interrupts the command, and the command says so", async () => {
    const called = new Promise<void>((resolve) => {
      lambda.functions.set(arn, () => {
        resolve();
        return new Promise(() => undefined);
      });
    });
    const child = start(`migrate --env ${dev.name}`, here, lambda.env());
    const ending = ended(child);
    await called;
    child.kill("SIGINT");
    const { code, stderr } = await ending;
    expect(code).toBe(130);
    expect(stderr).toMatch(/\nThe function may still be running: check with status before you repeat anything\.\n$/);
  });

  test("needs somebody of its account", async () => {
    const { code, stderr } = await db(`migrate --env ${dev.name}`, here);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Nothing was done: there are no AWS credentials.*\nSet AWS_PROFILE/);
  });

  test("takes no sample data where data is protected, before anybody is asked", async () => {
    const { code, stderr } = await db(`seed --env ${prod.name} --via data-api`, here);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Data is protected here/);
  });
});
