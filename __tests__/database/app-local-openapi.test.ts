import { createHmac } from "node:crypto";
import { Client, type ClientConfig } from "pg";
import { createApp } from "../../src/functions/app/app";
import { Database } from "../../src/functions/app/database";
import { Razorpay } from "../../src/functions/app/razorpay";
import { razorpaySecretIn } from "../../src/functions/app/razorpay-secret";
import { ACCOUNT, dev, environments } from "../fixtures/environments";
import { runDatabaseCommand } from "../../src/database/command";
import { connect } from "../../src/database/connection";
import {
  SAMPLE_KEYS,
  SAMPLE_WEBHOOK_SECRET,
  type RazorpayFault,
} from "../../tools/develop/local-app/razorpay-stand-in";
import { openApiDocument } from "../../tools/develop/docs/openapi";
import type { Operation } from "../../tools/develop/docs/openapi-operations";
import { answersOf, readAnswer } from "../docs/openapi-answers";
import { mistakes, parameterOf } from "../docs/openapi-schemas";
import { testServer } from "../helpers/database";
import { razorpaySecret, suiteRazorpay } from "../helpers/razorpay";
import { pendingOrders } from "./pending-orders";

const DOCUMENT = openApiDocument(
  ACCOUNT.region,
  environments.map(({ name }) => name),
);

/** Faults around the app. */
interface World {
  readonly database?: "not migrated" | "not there";
  /** @default - sample keys */
  readonly razorpaySecret?: string;
  /** Happen to the next calls of Razorpay. @default - none */
  readonly faults?: readonly RazorpayFault[];
  /** Check of readiness that fails. @default - none does */
  readonly failing?: string;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Case = readonly [sent: Sent | (() => Sent), world?: World];

const server = testServer();
const output = jest.spyOn(process.stdout, "write").mockReturnValue(true);
const state: { config?: ClientConfig; empty?: ClientConfig; tinyOrder?: string; dollars?: string } = {};
const razorpay = suiteRazorpay();

beforeAll(async () => {
  state.config = await server.database("documented");
  state.empty = await server.database("not_migrated");
  const owner = await server.connect(state.config);
  await runDatabaseCommand(owner, { command: "migrate" }, { protectData: false });
  await runDatabaseCommand(owner, { command: "seed" }, { protectData: false });
  [state.tinyOrder, state.dollars] = await pendingOrders(owner, ["0.50", "12.50"]);
  await owner.query("UPDATE orders SET currency = 'USD' WHERE public_id = $1", [state.dollars]);
  // A payment that webhooks can report.
  await appIn({}).request("/payments/create", { method: "POST", ...PAY }, {});
});
afterAll(() => {
  output.mockRestore();
});

function appIn({
  database,
  razorpaySecret: text = razorpaySecret(SAMPLE_KEYS),
  failing,
}: World): ReturnType<typeof createApp> {
  const secret = (): Promise<ReturnType<typeof razorpaySecretIn>> =>
    Promise.resolve().then(() => razorpaySecretIn(text));
  const check = (name: string) => (): Promise<void> =>
    name === failing ? Promise.reject(new Error(`the ${name} does not answer`)) : Promise.resolve();
  return createApp({
    allowedOrigin: dev.apiAllowedOrigin,
    database: new Database({
      connect: (options) =>
        database === "not there" ? nowhere() : session({ ...(database ? state.empty : state.config), options }),
    }),
    razorpay: new Razorpay({ url: razorpay().url, keys: secret, pause: () => Promise.resolve() }),
    webhookSecret: async () => (await secret()).webhookSecret,
    checks: { configuration: check("configuration"), secrets: check("secrets"), database: check("database") },
  });
}

async function session(config: ClientConfig): Promise<Client> {
  const client = new Client(config);
  await client.connect();
  return client;
}

/** A port on which nothing listens, as with a paused database. */
function nowhere(): Promise<Client> {
  const secretArn = `arn:aws:secretsmanager:${ACCOUNT.region}:${ACCOUNT.id}:secret:aleenascuisine-dev/db-AbCdEf`;
  return connect(
    { secretArn, host: "127.0.0.1", port: 1, database: "documented", ca: "" },
    {
      applicationName: "documented",
      patienceMs: 1,
      onWait: () => undefined,
      secret: () => Promise.resolve('{"username":"sample","password":"sample"}'),
    },
  );
}

/** The documented request of an operation. */
function documented(path: string, { parameters = [], requestBody }: Operation): Sent {
  const [example] = Object.values(requestBody?.content["application/json"]?.examples ?? {});
  const headers = parameters.map((one) => {
    const { name, example: value } = parameterOf(DOCUMENT, one);
    return [name, value] as const;
  });
  return path === "/payments/webhook"
    ? signed(JSON.stringify(example?.value))
    : {
        headers: { ...Object.fromEntries(headers), "Content-Type": "application/json" },
        body: JSON.stringify(example?.value),
      };
}

function signed(body: string, contentType = "application/json"): Sent {
  const signature = createHmac("sha256", SAMPLE_WEBHOOK_SECRET).update(body).digest("hex");
  return { body, headers: { "Content-Type": contentType, "X-Razorpay-Signature": signature } };
}

/** Razorpay's event about the last order that was created. */
function captured(): Sent {
  const { id = "" } = razorpay().orders.at(-1) ?? {};
  return signed(razorpay().webhook("payment.captured", id).body.toString());
}

const TOO_LARGE = JSON.stringify("x".repeat(100_000));
const PAY = documented("/payments/create", required(DOCUMENT.paths["/payments/create"]?.post));
const TOLD = documented("/payments/webhook", required(DOCUMENT.paths["/payments/webhook"]?.post));

function required(operation: Operation | undefined): Operation {
  if (!operation) {
    throw new Error("The document lacks an operation");
  }
  return operation;
}

/** The documented request for a payment, with a new key and changes. */
function payment(key: string, changed: Readonly<Record<string, string>> = {}, sent: Sent = {}): Sent {
  const body = JSON.stringify({ ...(JSON.parse(PAY.body ?? "") as object), ...changed });
  return { body, ...sent, headers: { ...PAY.headers, "Idempotency-Key": `${key}-0123456789`, ...sent.headers } };
}

const CONFIRMED_ORDER = { order_id: "00000000-0000-4000-8000-000000000401", amount: "2610.00" };

/** Requests that get each documented answer, in this order. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  "get /health": [[{}], [{ method: "DELETE" }]],
  "get /health/ready": [[{}], [{}, { failing: "database" }], [{ method: "DELETE" }]],
  "post /payments/create": [
    [PAY],
    [payment("no-json", {}, { body: "{" })],
    [payment("no-order", { order_id: "00000000-0000-4000-8000-000000000499" })],
    [{ method: "DELETE" }],
    [payment("not-payable", CONFIRMED_ORDER)],
    [payment("too-large", {}, { body: TOO_LARGE })],
    [payment("no-json-type", {}, { headers: { "Content-Type": "text/plain" } })],
    [payment("wrong-fields", { order_id: "402", amount: "1250" })],
    [() => payment("wrong-currency", { order_id: state.dollars ?? "", amount: "12.50" })],
    [payment("wrong-amount", { amount: "1200.00" })],
    [() => payment("too-little", { order_id: state.tinyOrder ?? "", amount: "0.50" })],
    [{ ...PAY, body: JSON.stringify(CONFIRMED_ORDER) }],
    [payment("unforeseen"), { database: "not migrated" }],
    [payment("refused"), { faults: [{ kind: 400 }] }],
    [payment("unavailable"), { faults: [{ kind: 503 }, { kind: 503 }, { kind: 503 }] }],
    [payment("not-there"), { database: "not there" }],
    [payment("no-keys"), { razorpaySecret: "" }],
  ],
  "post /payments/webhook": [
    [TOLD],
    [() => captured()],
    [signed("{")],
    [{ ...TOLD, body: `${TOLD.body ?? ""} ` }],
    [{ method: "DELETE" }],
    [signed(TOO_LARGE)],
    [signed(TOLD.body ?? "", "text/plain")],
    [signed("{}")],
    [TOLD, { database: "not migrated" }],
    [TOLD, { database: "not there" }],
    [TOLD, { razorpaySecret: "" }],
  ],
};

const OPERATIONS = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, method, path, operation] as const),
);

test.each(OPERATIONS)(
  "%s answers what the document has: all of it, and nothing else",
  async (name, method, path, operation) => {
    const answers: string[] = [];
    for (const [sent, world = {}] of CASES[name] ?? []) {
      razorpay().faults.push(...(world.faults ?? []));
      const request = { method: method.toUpperCase(), ...(typeof sent === "function" ? sent() : sent) };
      answers.push(await readAnswer(DOCUMENT, operation, await appIn(world).request(path, request, {})));
    }
    expect([...new Set(answers)].sort()).toEqual([...new Set(answersOf(operation))].sort());
  },
);

test("a transient problem has Retry-After, and one that a person has to fix does not", async () => {
  const answer = async (world: World): Promise<[number, string | null]> => {
    const { status, headers } = await appIn(world).request("/payments/webhook", { method: "POST", ...TOLD }, {});
    return [status, headers.get("Retry-After")];
  };
  expect(await answer({ database: "not there" })).toEqual([503, "10"]);
  expect(await answer({ razorpaySecret: "" })).toEqual([503, null]);
});

test.each(OPERATIONS)("%s: 405 names the methods that the path has", async (_, method, path) => {
  const { headers } = await appIn({}).request(path, { method: "DELETE" }, {});
  expect(headers.get("Allow")?.split(", ")).toContain(method.toUpperCase());
});

test("an undocumented path is answered with problem details too", async () => {
  const answer = await appIn({}).request("/payments", {}, {});
  expect([answer.status, answer.headers.get("Content-Type")]).toEqual([404, "application/problem+json"]);
  expect(mistakes(DOCUMENT.components.schemas.ProblemDetails ?? {}, await answer.json())).toEqual([]);
});
