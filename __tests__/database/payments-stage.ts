import { Client, type ClientConfig } from "pg";
import { createApp, type AppDependencies } from "../../src/functions/app/app";
import { Database } from "../../src/functions/app/database";
import { Razorpay } from "../../src/functions/app/razorpay";
import { runDatabaseCommand } from "../../src/database/command";
import {
  SAMPLE_KEYS,
  SAMPLE_WEBHOOK_SECRET,
  type RazorpayStandIn,
} from "../../tools/develop/local-app/razorpay-stand-in";
import { testServer } from "../helpers/database";
import { suiteRazorpay } from "../helpers/razorpay";
import { readAnswer, type Answer } from "./answer";
import { creation, SAMPLE_ORDER } from "./payment-requests";

/** What the sample order amounts to that waits for its payment. */
export const AMOUNT = "1250.00";

/** What the app has of payments, without the sample data's. */
export const PAYMENTS =
  "SELECT status, amount, provider_order_id, provider_payment_id, failure_code FROM payments WHERE idempotency_key NOT LIKE 'sample%'";

/** What the app has done, in its order. */
export const AUDIT = "SELECT action FROM audit_log WHERE actor = 'app' ORDER BY id";

/** What is asked for instead of the sample order's amount, of another app. */
export interface Changes {
  readonly order?: string;
  readonly amount?: string;
  readonly app?: Partial<AppDependencies>;
}

/** The app in this process, on a database with sample data of each test's own, and a stand-in for Razorpay. */
export interface PaymentsStage {
  /** The stand-in. */
  readonly standIn: () => RazorpayStandIn;
  /** A client of the stand-in that does not wait between two attempts. @param timeoutMs - of an attempt */
  readonly razorpay: (timeoutMs?: number) => Razorpay;
  /** A session of the database's owner, which the one that asks for it ends. */
  readonly connect: (sessionOptions: string) => Promise<Client>;
  /** Requests a payment from the app. */
  readonly create: (key: string, changes?: Changes) => Promise<Answer>;
  /** Sends the app a webhook. */
  readonly tell: (headers: Readonly<Record<string, string>>, body: Uint8Array) => Promise<Answer>;
  /** Queries the database as its owner. */
  readonly rows: (query: string) => Promise<unknown[]>;
  /** Messages of what the app has logged as errors since the test began. */
  readonly errors: () => string[];
}

/** Prepares all of this for the tests of a suite. Call it at the top. */
export function paymentsStage(): PaymentsStage {
  const server = testServer();
  const standIn = suiteRazorpay();
  const output = jest.spyOn(process.stdout, "write");
  const state: { config?: ClientConfig; owner?: Client; databases: number } = {
    databases: 0,
  };
  beforeAll(() => {
    output.mockReturnValue(true);
  });
  afterAll(() => {
    output.mockRestore();
  });
  beforeEach(async () => {
    output.mockClear();
    state.databases += 1;
    state.config = await server.database(`payments_${String(state.databases)}`);
    state.owner = await server.connect(state.config);
    await runDatabaseCommand(state.owner, { command: "migrate" }, { protectData: false });
    await runDatabaseCommand(state.owner, { command: "seed" }, { protectData: false });
  });
  const connect = async (options: string): Promise<Client> => {
    const client = new Client({ ...state.config, options });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const razorpay = (timeoutMs?: number): Razorpay =>
    new Razorpay({
      url: standIn().url,
      keys: () => Promise.resolve(SAMPLE_KEYS),
      pause: () => Promise.resolve(),
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
  const app = (changes: Partial<AppDependencies> = {}): ReturnType<typeof createApp> => {
    const nothing = (): Promise<void> => Promise.resolve();
    return createApp({
      allowedOrigin: "https://shop.example",
      database: new Database({ connect }),
      razorpay: razorpay(),
      webhookSecret: () => Promise.resolve(SAMPLE_WEBHOOK_SECRET),
      checks: { configuration: nothing, secrets: nothing, database: nothing },
      ...changes,
    });
  };
  return {
    standIn,
    razorpay,
    connect,
    create: async (key, { order = SAMPLE_ORDER, amount = AMOUNT, app: changes } = {}) => {
      const { path, headers, body } = creation(order, amount, key);
      return readAnswer(await app(changes).request(path, { method: "POST", headers, body }));
    },
    tell: async (headers, body) =>
      readAnswer(await app().request("/payments/webhook", { method: "POST", headers, body: Buffer.from(body) })),
    rows: async (query) => (await state.owner?.query<Record<string, unknown>>(query))?.rows ?? [],
    errors: () =>
      output.mock.calls
        .map(([line]) => JSON.parse(String(line)) as Record<string, string>)
        .flatMap(({ level, message = "" }) => (level === "ERROR" ? [message] : [])),
  };
}
