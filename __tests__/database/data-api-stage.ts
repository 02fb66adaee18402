import type { Client, ClientConfig } from "pg";
import { migrate } from "../../src/database/migrate";
import { dataApiClient, dataApiSession, type DataApiOptions } from "../../tools/operate/database/data-api";
import type { SqlSession } from "../../tools/operate/database/session";
import { startDataApiEndpoint, type DataApiEndpoint } from "../helpers/data-api-endpoint";
import { testServer, type TestServer } from "../helpers/database";
import { present } from "../helpers/present";

const REGION = "ap-south-1";

/** ARN of the cluster. */
export const CLUSTER = `arn:aws:rds:${REGION}:111122223333:cluster:sample-aurora`;

/** ARN of the secret. */
export const SECRET = `arn:aws:secretsmanager:${REGION}:111122223333:secret:sample/db-AbCdEf`;

/** Key of the caller, which is never printed. */
export const SECRET_KEY = "sample-secret-access-key";

/** A migrated database with a further table `notes`, and an endpoint with the Data API. */
export interface DataApiStage {
  readonly server: TestServer;
  /** The endpoint, of each test's own. */
  readonly endpoint: () => DataApiEndpoint;
  /** Replaces the endpoint. @param statementMs - milliseconds that a statement may take */
  readonly restart: (statementMs: number) => Promise<void>;
  /** A session of the database's owner, without the endpoint. */
  readonly direct: () => Client;
  /** A session over the Data API. */
  readonly session: (overrides?: Partial<DataApiOptions>) => SqlSession;
  /** Rows of `notes`. */
  readonly notes: () => Promise<number[]>;
  /** Operations that the endpoint received. */
  readonly operations: () => string[];
}

/** Prepares all of this for the tests of a suite. Call it at the top. */
export function dataApiStage(): DataApiStage {
  const server = testServer();
  const state: { endpoint?: DataApiEndpoint; config?: ClientConfig; direct?: Client } = {};
  const endpoint = (): DataApiEndpoint => present(state.endpoint);
  const direct = (): Client => present(state.direct);
  beforeAll(async () => {
    state.config = await server.database("data_api");
    state.direct = await server.connect(state.config);
    await migrate(state.direct);
    await state.direct.query("CREATE TABLE notes (id int PRIMARY KEY, note text)");
  });
  const start = async (options: { statementMs?: number } = {}): Promise<void> => {
    state.endpoint = await startDataApiEndpoint({
      clusterArn: CLUSTER,
      secretArn: SECRET,
      database: present(state.config),
      ...options,
    });
  };
  beforeEach(() => start());
  afterEach(async () => {
    await endpoint().close();
    await direct().query("TRUNCATE notes");
  });
  return {
    server,
    endpoint,
    direct,
    restart: async (statementMs) => {
      await endpoint().close();
      await start({ statementMs });
    },
    session: (overrides = {}) => {
      const env = {
        AWS_ENDPOINT_URL: endpoint().url,
        AWS_ACCESS_KEY_ID: "sample-access-key",
        AWS_SECRET_ACCESS_KEY: SECRET_KEY,
      };
      return dataApiSession({
        client: dataApiClient(REGION, env),
        ...{ clusterArn: CLUSTER, secretArn: SECRET, database: present(state.config).database ?? "", env },
        onWait: () => undefined,
        ...overrides,
      });
    },
    notes: async () => {
      const { rows } = await direct().query<{ id: number }>("SELECT id FROM notes ORDER BY id");
      return rows.map(({ id }) => id);
    },
    operations: () => endpoint().calls.map(({ operation }) => operation),
  };
}

/** @returns the message of work that fails */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: "UserError" });
  return (error as Error).message;
}
