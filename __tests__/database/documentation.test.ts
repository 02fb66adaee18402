import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import { SESSION_LIMITS } from "../../src/functions/app/database";
import { disposable as dev } from "../helpers/live-environments";
import { environmentNames, FUNCTION_ALIAS } from "../../src/config/names";
import { regionalArn } from "../../src/shared/arn";
import { buildFunctions } from "../../tools/build/build-functions.cjs";
import { makeCheckout } from "../helpers/checkout";
import { startDataApiEndpoint, type DataApiEndpoint } from "../helpers/data-api-endpoint";
import { awsEndpoint } from "../helpers/aws-endpoint";
import { startFunction, type LambdaHost } from "../helpers/lambda-host";
import { SECRET_ARN, secureDatabase } from "../helpers/secure-database";
import { temporaryFolder } from "../helpers/temporary-folder";

/** A fenced block of the page. */
interface Block {
  /** `sql`: a file, whose path is the note. `sh`: commands, which fail where the note is `fails`. */
  readonly language: string;
  readonly note: string;
  readonly text: string;
}

const BLOCK = /^```(\w+)(?: (.+))?\n([^]*?)^```$/gm;

const BLOCKS: readonly Block[] = [...readFileSync(resolve("docs/database.md"), "utf8").matchAll(BLOCK)].map(
  ([, language = "", note = "", text = ""]) => ({ language, note, text }),
);

const names = environmentNames(dev.name);
const MILLISECONDS_BETWEEN_ORDERS = 10;

/** Orders that a shop takes at least, however fast the commands run. */
const ENOUGH_ORDERS = 60;

const database = secureDatabase();
const lambda = awsEndpoint();
const folders = temporaryFolder("documentation");
const checkout = join(folders, "checkout");
const state: { config?: ClientConfig; dataApi?: DataApiEndpoint; host?: LambdaHost; shop?: Shop; deployments: number } =
  {
    deployments: 0,
  };

beforeAll(async () => {
  makeCheckout(checkout, { mode: 0o755 });
  state.config = await database.server.database(dev.database.databaseName);
  state.dataApi = await startDataApiEndpoint({
    clusterArn: regionalArn(dev.account, "rds", `cluster:${names.cluster}`),
    secretArn: SECRET_ARN,
    database: state.config,
  });
  for (const operation of ["BeginTransaction", "Execute", "CommitTransaction", "RollbackTransaction"]) {
    lambda.others.set(`/${operation}`, state.dataApi.url);
  }
  await deploy();
});
afterAll(async () => {
  await state.shop?.close();
  await state.host?.stop();
  await state.dataApi?.close();
});

/** Does what `npm run apply` does to the migrating function: deploys the checkout's package. */
async function deploy(): Promise<void> {
  await state.host?.stop();
  await buildFunctions(checkout);
  state.deployments += 1;
  const folder = join(folders, `deployed-${String(state.deployments)}`);
  mkdirSync(folder);
  const host = startFunction(
    {
      name: names.migrateFunction,
      config: { ...dev.migrateFunction, artifact: join(checkout, dev.migrateFunction.artifact) },
    },
    folder,
    { ...(await database.environment(dev.database.databaseName)), PROTECT_DATA: "false" },
  );
  state.host = host;
  lambda.functions.set(
    regionalArn(dev.account, "lambda", `function:${names.migrateFunction}:${FUNCTION_ALIAS}`),
    (event) => host.invoke(event),
  );
}

/** Runs a line of the page. Of plan and apply, only the effect on the migrating function is reproduced. */
async function run(line: string): Promise<{ code: number; said: string }> {
  if (new RegExp(`^npm run (plan|apply) -- ${dev.name}$`).test(line)) {
    await (line.includes("apply") ? deploy() : undefined);
    return { code: 0, said: "" };
  }
  const child = spawn("bash", ["-c", line], {
    cwd: checkout,
    env: { PATH: process.env.PATH, HOME: folders, npm_config_update_notifier: "false", ...lambda.env() },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, said: chunks.join("") };
}

/** An app that takes orders all the time, with the time limits of this project's app. */
interface Shop {
  /** Switches to the release that writes the channel. */
  upgrade(): void;
  /** Closes after {@link ENOUGH_ORDERS} at the earliest. @returns how many orders it took, and what failed */
  close(): Promise<{ orders: number; failures: unknown[] }>;
}

async function openShop(config: ClientConfig): Promise<Shop> {
  const shop = { open: true, columns: "", values: "", orders: 0, failures: [] as unknown[] };
  const client = new Client({ ...config, options: SESSION_LIMITS });
  await client.connect();
  await client.query("SET ROLE aleenascuisine_app");
  await client.query("INSERT INTO customers (email, full_name) VALUES ('shop@example.com', 'Sample Shop')");
  const trading = (async () => {
    while (shop.open || shop.orders < ENOUGH_ORDERS) {
      try {
        await client.query(
          `INSERT INTO orders (customer_id, items_amount, due_at${shop.columns})
           SELECT id, 100, 'tomorrow'${shop.values} FROM customers WHERE email = 'shop@example.com'`,
        );
        await client.query("UPDATE orders SET status = 'confirmed' WHERE status = 'pending'");
        shop.orders += 1;
      } catch (error) {
        shop.failures.push(error);
      }
      await setTimeout(MILLISECONDS_BETWEEN_ORDERS);
    }
    await client.end();
  })();
  return {
    upgrade: () => {
      Object.assign(shop, { columns: ", channel", values: ", 'web'" });
    },
    close: async () => {
      shop.open = false;
      await trading;
      return shop;
    },
  };
}

test("the page's files and commands work in order, and the shop stays open", async () => {
  const { config = {} } = state;
  const owner = await database.server.connect(config);
  const stuck = await database.server.connect({ ...config, application_name: `${names.migrateFunction} stuck` });
  let commands = 0;
  let stuckStatement: Promise<unknown> | undefined;
  for (const { language, note, text } of BLOCKS) {
    if (language === "sql") {
      writeFileSync(join(checkout, note), text);
    }
    if (note === "fill-channel.sql") {
      state.shop?.upgrade();
    }
    if (note === "end-session.sql") {
      await stuck.query("SELECT pg_advisory_lock(7241865325823964)");
      stuckStatement = stuck.query("SELECT pg_sleep(600)").catch((error: unknown) => error);
    }
    if (note.endsWith("_add_orders_slot_key.up.sql")) {
      const { orders, failures } = (await state.shop?.close()) ?? {};
      expect(failures).toEqual([]);
      expect(orders).toBeGreaterThan(50);
    }
    for (const line of language === "sh" ? text.trim().split("\n") : []) {
      const { code, said } = await run(line);
      if ((code !== 0) !== (note === "fails")) {
        throw new Error(`${line} exits with ${String(code)}, contrary to the page:\n${said}`);
      }
      commands += 1;
      if (state.shop === undefined && line === `npm run db -- migrate --env ${dev.name}`) {
        state.shop = await openShop(config);
      }
    }
  }
  expect(commands).toBeGreaterThan(25);
  expect(String(await stuckStatement)).toContain("terminating connection due to administrator command");
  expect((await run(`npm run --silent db -- status --env ${dev.name}`)).said).not.toMatch(/^(pending|problem)/m);
  const { rows } = await owner.query(
    "SELECT count(*) FILTER (WHERE channel IS NULL) AS without, count(*) > 50 AS many FROM orders",
  );
  expect(rows).toEqual([{ without: "0", many: true }]);
  await expect(owner.query("UPDATE orders SET channel = NULL")).rejects.toThrow("violates not-null constraint");
});
