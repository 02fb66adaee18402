import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { makeCheckout } from "../helpers/checkout";
import { temporaryFolder } from "../helpers/temporary-folder";

const folders = temporaryFolder("app-local");
const checkout = join(folders, "checkout");
const started: ChildProcess[] = [];

beforeAll(() => {
  makeCheckout(checkout, { mode: 0o755 });
});
afterEach(() => Promise.all(started.splice(0).map(interrupt)));

/** Starts an npm command as a terminal does, in its own process group. */
function npm(words: string, env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn("npm", ["run", "--silent", ...words.split(" ")], {
    cwd: checkout,
    detached: true,
    env: { PATH: process.env.PATH, HOME: folders, npm_config_update_notifier: "false", ...env },
  });
  started.push(child);
  return child;
}

/** Presses Ctrl-C, unless it has ended, and waits for its end. */
async function interrupt(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    process.kill(-child.pid, "SIGINT");
    await once(child, "close");
  }
}

/** What a command writes until its end. */
async function wholeOutput(child: ChildProcess, input = ""): Promise<{ code: number | null; said: string }> {
  const chunks: string[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  child.stdin?.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said: chunks.join("") };
}

/** Output of `npm run app` before it waits for requests. Its later log is discarded. */
async function introduction(child: ChildProcess): Promise<string> {
  const lines: string[] = [];
  if (!child.stdout) {
    throw new Error("Its output is piped");
  }
  const reader = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    reader.on("line", (line) => {
      lines.push(line);
      if (line.startsWith("Ctrl-C")) {
        resolve(lines.join("\n"));
      }
    });
    reader.on("close", () => {
      reject(new Error(`It ended, and had said: ${lines.join("\n")}`));
    });
  });
}

/** The request that a line of curl sends. */
function requestOf(line: string): Request {
  const [, url = ""] = / (http:\/\/\S+)/.exec(line) ?? [];
  const headers = [...line.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name = "", value = ""]) => [name, value]);
  const [, body] = /-d '([^']+)'/.exec(line) ?? [];
  return new Request(url, { method: "POST", headers: headers as [string, string][], body: body ?? null });
}

/** A line of curl that was printed. */
function printed(introduced: string, word: string): string {
  return introduced.split("\n").find((line) => line.trim().startsWith("curl ") && line.includes(word)) ?? "";
}

const databaseRuns = (): boolean => existsSync(join(checkout, ".postgres", "data", "postmaster.pid"));

interface Created {
  readonly payment_id: string;
  readonly razorpay_order_id: string;
}

test("one command serves the app; the printed requests create a payment and pay it; Ctrl-C leaves nothing", async () => {
  const app = npm("app", { PORT: "0" });
  const introduced = await introduction(app);
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(introduced) ?? [];
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);

  const creation = printed(introduced, "/payments/create");
  const first = await fetch(requestOf(creation));
  const created = (await first.json()) as Created;
  expect([first.status, created]).toEqual([201, expect.objectContaining({ amount: "1250.00", currency: "INR" })]);
  expect(await (await fetch(requestOf(creation))).json()).toEqual(created);

  const told = printed(introduced, "payment.captured").replace("ORDER", created.razorpay_order_id);
  expect(await (await fetch(requestOf(told))).json()).toEqual({ status: "recorded" });
  expect(await (await fetch(requestOf(told))).json()).toEqual({ status: "ignored" });
  const unknown = await fetch(requestOf(told.replace(created.razorpay_order_id, "order_unknown")));
  expect([unknown.status, await unknown.json()]).toEqual([404, expect.objectContaining({ title: "Not Found" })]);

  // Another command uses the same database meanwhile, and leaves it running.
  const shell = npm("db -- shell");
  const { said } = await wholeOutput(
    shell,
    `SELECT orders.status AS order_is, payments.status AS payment_is FROM orders JOIN payments ON order_id = orders.id
     WHERE payments.public_id = '${created.payment_id}';`,
  );
  expect(said).toMatch(/ confirmed +\| captured/);
  expect(databaseRuns()).toBe(true);

  await interrupt(app);
  expect(databaseRuns()).toBe(false);
  await expect(fetch(`${url}/health`)).rejects.toThrow("fetch failed");
});

test("the sample order can be paid again after the next start, whatever variables say of other databases", async () => {
  const introduced = await introduction(npm("app", { PORT: "0", PGSSLMODE: "require" }));
  expect((await fetch(requestOf(printed(introduced, "/payments/create")))).status).toBe(201);
});

test("a port in use gives one message, and nothing keeps running", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { code, said } = await wholeOutput(npm("app", { PORT: String(port) }));
  other.close();
  expect(code).toBe(1);
  expect(said).toMatch(
    new RegExp(`^Port ${String(port)} of 127\\.0\\.0\\.1 is in use\\. .*PORT=3002 npm run app$`, "m"),
  );
  expect(said).not.toMatch(/\n\s+at /);
  expect(databaseRuns()).toBe(false);
});

test.each([["http"], ["-1"], ["65536"], [""]])("a port that is %j is refused before anything starts", async (port) => {
  const { code, said } = await wholeOutput(npm("app", { PORT: port }));
  expect([code, said]).toEqual([1, `PORT is "${port}": write a number from 1 to 65535, or 0 for any free port.\n`]);
});
