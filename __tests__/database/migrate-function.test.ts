import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { dev } from "../fixtures/environments";
import type { CommandAnswer } from "../../src/functions/migrate/handler";
import { environmentNames } from "../../src/config/names";
import { startFunction, type Invocation, type LambdaHost } from "../helpers/lambda-host";
import { SECRET_ARN, secureDatabase } from "../helpers/secure-database";
import { temporaryFolder } from "../helpers/temporary-folder";

const FIRST = "202511020001_initial_schema";
const { migrateFunction: name } = environmentNames(dev.name);

const database = secureDatabase();
const folders = temporaryFolder("functions");
const hosts: LambdaHost[] = [];
afterAll(() => Promise.all(hosts.map((host) => host.stop())));

/** The function on its own database. */
async function deployed(
  databaseName: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ host: LambdaHost; env: Record<string, string>; client: Client }> {
  const env = { ...(await database.environment(databaseName)), PROTECT_DATA: "false", ...variables };
  const folder = join(folders, `${databaseName}-${String(hosts.length)}`);
  mkdirSync(folder);
  const host = startFunction({ name, config: dev.migrateFunction }, folder, env);
  hosts.push(host);
  return { host, env, client: await database.server.connect(await database.server.database(databaseName)) };
}

/** Message of the function's refusal. */
const refusal = (message: RegExp): unknown => ({ ok: false, message: expect.stringMatching(message) as string });

const answer = ({ failed, payload }: Invocation): CommandAnswer => {
  expect(failed).toBeUndefined();
  return JSON.parse(payload) as CommandAnswer;
};

describe("the migrating function's package, loaded as Lambda loads it", () => {
  test("migrates, seeds, reports the status and rolls back", async () => {
    const { host, client } = await deployed("whole");
    const ask = async (event: unknown): Promise<CommandAnswer> => answer(await host.invoke(event));
    expect(await ask({ command: "migrate" })).toEqual({ ok: true, lines: [`Applied ${FIRST}.`] });
    expect(await ask({ command: "migrate" })).toEqual({ ok: true, lines: ["Nothing to migrate."] });
    expect(await ask({ command: "seed" })).toEqual({ ok: true, lines: ["Added 20 rows of sample data."] });
    expect(await ask({ command: "seed" })).toEqual({ ok: true, lines: ["The sample data is there already."] });
    expect(await ask({ command: "status" })).toEqual({
      ok: true,
      lines: [
        expect.stringMatching(/^database whole, PostgreSQL 17\.\d+$/),
        expect.stringMatching(new RegExp(`^applied  ${FIRST}  \\d{4}-\\d\\d-\\d\\dT.*Z$`)),
      ],
    });
    const { rows } = await client.query("SELECT email FROM customers ORDER BY email LIMIT 1");
    expect(rows).toEqual([{ email: "asha@example.com" }]);
    expect(await ask({ command: "rollback", migration: FIRST })).toEqual({
      ok: true,
      lines: [`Rolled back ${FIRST}.`],
    });
    expect(await ask({ command: "status" })).toMatchObject({ lines: [expect.anything(), `pending  ${FIRST}`] });
  });

  test("logs each command with its request and never the password", async () => {
    const { host } = await deployed("logged");
    await host.invoke({ command: "migrate" });
    await host.invoke({ command: "rollback", migration: "202601010000_other" });
    const lines = host
      .log()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toEqual([
      { level: "INFO", message: "database command", requestId: "request-1", command: "migrate" },
      { level: "INFO", message: "database command done", requestId: "request-1", command: "migrate" },
      { level: "INFO", message: "database command", requestId: "request-2", command: "rollback" },
      {
        level: "ERROR",
        message: "database command failed",
        requestId: "request-2",
        reason: `The last migration is ${FIRST}, not 202601010000_other. Nothing was done: only the last one can be rolled back.`,
      },
    ]);
    expect(host.log()).not.toContain(database.password);
  });

  test("two operators at once: one migrates, the other gets a message", async () => {
    const [one, other] = [await deployed("contested"), await deployed("contested")];
    await one.client.query("SELECT pg_advisory_lock(7241865325823964)");
    const told = answer(await other.host.invoke({ command: "migrate" }));
    expect(told).toEqual(refusal(/^Another session is changing this database/));
    await one.client.query("SELECT pg_advisory_unlock(7241865325823964)");
    const answers = await Promise.all([
      one.host.invoke({ command: "migrate" }),
      other.host.invoke({ command: "migrate" }),
    ]);
    const lines = answers.map(answer).map((each) => (each.ok ? each.lines.join() : each.message));
    expect(lines.filter((line) => line === `Applied ${FIRST}.`)).toHaveLength(1);
    // The other gets a message, or comes when everything is done.
    const second = lines.filter((line) => /^Nothing to migrate|^Another session is changing this database/.test(line));
    expect(second).toHaveLength(1);
  });

  test("refuses sample data if data is protected, and by default", async () => {
    const { host, client } = await deployed("protected", { PROTECT_DATA: "true" });
    await host.invoke({ command: "migrate" });
    const refused = refusal(/^Data is protected here/);
    expect(answer(await host.invoke({ command: "seed" }))).toEqual(refused);
    const { host: unsaid } = await deployed("protected", { PROTECT_DATA: "" });
    expect(answer(await unsaid.invoke({ command: "seed" }))).toEqual(refused);
    expect((await client.query("SELECT FROM customers")).rowCount).toBe(0);
  });

  test("refuses to migrate for a caller who has files that are not deployed", async () => {
    const { host } = await deployed("outdated");
    expect(answer(await host.invoke({ command: "migrate", files: [FIRST, "202601010000_new"] }))).toEqual(
      refusal(/^The deployed package lacks 202601010000_new\. Nothing was done\./),
    );
  });

  test("seeds nothing before the schema exists", async () => {
    const { host } = await deployed("too_early");
    expect(answer(await host.invoke({ command: "seed" }))).toEqual({
      ok: false,
      message: `Migrations are pending: ${FIRST}. Nothing was seeded. Run migrate first.`,
    });
  });

  test.each([
    [{}, /command is undefined: write one of migrate, rollback, status, seed, baseline\./],
    [null, /command is undefined/],
    [{ command: "rollback" }, /migration is missing: rollback needs the name of the last one\./],
    [{ command: "migrate", files: "all" }, /files is "all": write names of migrations/],
    [{ command: "drop", migration: 7 }, /command is "drop".*\n- migration is 7: write the name/],
    [{ httpMethod: "POST", path: "/migrate", body: '{"command":"migrate"}' }, /command is undefined/],
  ])("refuses %j", async (event, message) => {
    const { host } = await deployed("bad_events");
    expect(answer(await host.invoke(event))).toEqual(refusal(message));
  });

  test("cancels a statement before Lambda ends the function, so that the failure is reported", async () => {
    const { env, client, host: patient } = await deployed("slow");
    await patient.invoke({ command: "migrate" });
    const folder = join(folders, "slow-short");
    mkdirSync(folder);
    const host = startFunction({ name, config: { ...dev.migrateFunction, timeoutSeconds: 11 } }, folder, env);
    hosts.push(host);
    // It takes a second cancellation.
    await client.query(`
      CREATE FUNCTION wait_twice() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        BEGIN PERFORM pg_advisory_xact_lock(1); EXCEPTION WHEN query_canceled THEN END;
        PERFORM pg_advisory_xact_lock(1);
        RETURN NEW;
      END $$;
      CREATE TRIGGER wait_twice BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION wait_twice();
      SELECT pg_advisory_lock(1)`);
    expect(answer(await host.invoke({ command: "seed" }))).toEqual(
      refusal(/^seed failed: canceling statement due to user request \(SQLSTATE 57014\)\. Nothing was kept\.$/),
    );
    await client.query("SELECT pg_advisory_unlock(1)");
  });

  test("reports a secret that it may not read with the app's word for it", async () => {
    const { host } = await deployed("denied");
    database.secrets.values.delete(SECRET_ARN);
    expect(answer(await host.invoke({ command: "status" }))).toEqual(refusal(/^SECRET_READ_FAILED: /));
    expect(host.log()).toContain("SECRET_READ_FAILED");
  });

  test("names every missing variable", async () => {
    const folder = join(folders, "bare");
    mkdirSync(folder);
    const host = startFunction({ name, config: dev.migrateFunction }, folder, {});
    hosts.push(host);
    expect(answer(await host.invoke({ command: "status" }))).toEqual(
      refusal(/DB_SECRET_ARN is not set.*\n.*DB_HOST is not set.*\n.*DB_NAME is not set/),
    );
  });
});
