import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { ALLOWED_ORIGIN_VARIABLE, RAZORPAY_SECRET_VARIABLE, RAZORPAY_URL_VARIABLE } from "../../src/shared/variables";
import { SESSION_NAME } from "../../src/functions/app/aws";
import type { RazorpayKeys } from "../../src/functions/app/razorpay";
import type { FunctionConfig } from "../../src/config/schema";
import { dev } from "../fixtures/environments";
import { runDatabaseCommand } from "../../src/database/command";
import { environmentNames } from "../../src/config/names";
import {
  SAMPLE_KEYS,
  startRazorpayStandIn,
  type RazorpayStandIn,
} from "../../tools/develop/local-app/razorpay-stand-in";
import { startFunction, type LambdaHost } from "../helpers/lambda-host";
import { present } from "../helpers/present";
import { RAZORPAY_ARN, razorpaySecret } from "../helpers/razorpay";
import { secureDatabase, type SecureDatabase } from "../helpers/secure-database";
import { temporaryFolder } from "../helpers/temporary-folder";
import { pendingOrders } from "./pending-orders";
import { apiAnswer, proxyEvent, type ApiAnswer, type ApiRequest } from "./proxy-events";

/** One execution environment of the app's function, behind API Gateway. */
export interface DeployedApp {
  /** Sends a request. @throws where the function fails */
  ask(request: ApiRequest): Promise<ApiAnswer>;
  readonly host: LambdaHost;
  /** Ids of the requests that were sent, as API Gateway gives them. */
  readonly requestIds: readonly string[];
}

/** What is around the function: a migrated and seeded database, Secrets Manager, and Razorpay. */
export interface Surroundings {
  readonly database: SecureDatabase;
  readonly razorpay: RazorpayStandIn;
  /** Session of the database's owner. */
  readonly owner: Client;
  /** Puts keys into Razorpay's secret. */
  setRazorpayKeys(keys: RazorpayKeys): void;
  /** Makes an order that waits for its payment. @returns its `public_id` */
  pendingOrder(amount: string): Promise<string>;
  /** How many sessions the app has in the database. */
  sessions(): Promise<number>;
  /**
   * Starts the function.
   *
   * @param variables - that are other than in a deployment @default - none
   * @param config - of the function @default - dev's
   */
  deploy(variables?: Readonly<Record<string, string>>, config?: FunctionConfig): DeployedApp;
}

/** Starts what is around the function before the tests of a suite. Its parts are there from the first test on. */
export function surroundings(): Surroundings {
  const database = secureDatabase();
  const folders = temporaryFolder("deployed-app");
  const hosts: LambdaHost[] = [];
  const state: { env?: Record<string, string>; owner?: Client; razorpay?: RazorpayStandIn; requests: number } = {
    requests: 0,
  };
  const setRazorpayKeys = (keys: RazorpayKeys): void => {
    database.secrets.values.set(RAZORPAY_ARN, razorpaySecret(keys));
  };
  beforeAll(async () => {
    state.razorpay = await startRazorpayStandIn();
    state.env = {
      ...(await database.environment("deployed")),
      [ALLOWED_ORIGIN_VARIABLE]: dev.apiAllowedOrigin,
      [RAZORPAY_SECRET_VARIABLE]: RAZORPAY_ARN,
      [RAZORPAY_URL_VARIABLE]: state.razorpay.url,
    };
    state.owner = await database.server.connect(await database.server.database("deployed"));
    for (const command of ["migrate", "seed"] as const) {
      await runDatabaseCommand(state.owner, { command }, { protectData: false });
    }
    setRazorpayKeys(SAMPLE_KEYS);
  });
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.stop()));
    await state.razorpay?.close();
  });
  return {
    database,
    get razorpay() {
      return present(state.razorpay);
    },
    get owner() {
      return present(state.owner);
    },
    setRazorpayKeys,
    pendingOrder: async (amount: string) => (await pendingOrders(present(state.owner), [amount]))[0] ?? "",
    sessions: async () => {
      const { rows } = await present(state.owner).query<{ sessions: number }>(
        "SELECT count(*)::integer AS sessions FROM pg_stat_activity WHERE application_name = $1",
        [SESSION_NAME],
      );
      return rows[0]?.sessions ?? NaN;
    },
    deploy: (variables: Readonly<Record<string, string>> = {}, config: FunctionConfig = dev.function) => {
      const folder = join(folders, String(hosts.length));
      mkdirSync(folder);
      const { function: name } = environmentNames(dev.name);
      const host = startFunction({ name, config }, folder, { ...present(state.env), ...variables });
      hosts.push(host);
      const requestIds: string[] = [];
      return {
        host,
        requestIds,
        ask: async (request: ApiRequest) => {
          state.requests += 1;
          const requestId = `c6af9ac6-7b61-11e6-9a41-${String(state.requests).padStart(12, "0")}`;
          requestIds.push(requestId);
          return apiAnswer(await host.invoke(proxyEvent(request, requestId)));
        },
      };
    },
  };
}
