import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { ClientConfig } from "pg";
import { DataApiDatabase, type DataApiRequest } from "./data-api-database";
import { ERROR_STATUS, Refused, type ErrorName } from "./data-api-faults";

/** The calls that the endpoint knows, by their paths. */
const OPERATIONS = {
  "/BeginTransaction": "begin",
  "/Execute": "execute",
  "/CommitTransaction": "commit",
  "/RollbackTransaction": "rollback",
} as const;

type Operation = (typeof OPERATIONS)[keyof typeof OPERATIONS];

/** How the endpoint is started. */
export interface EndpointOptions {
  /** The only cluster. */
  readonly clusterArn: string;
  /** The only secret. It may be named by its name too. */
  readonly secretArn: string;
  /** The database behind it, and its user. */
  readonly database: ClientConfig;
  /** Milliseconds that a statement may take. @default 45,000, as the Data API has it */
  readonly statementMs?: number;
}

/** A call that arrived. */
export interface EndpointCall {
  readonly operation: Operation;
  readonly request: DataApiRequest;
}

/** The RDS Data API on this machine, before a real database. */
export interface DataApiEndpoint {
  /** Value for AWS_ENDPOINT_URL. */
  readonly url: string;
  /** What arrived, first call first. */
  readonly calls: readonly EndpointCall[];
  /** Pauses the database: so many calls find it resuming. */
  sleep(calls: number): void;
  /** Answers the next call of an operation with an error, without executing it. */
  refuseNext(operation: Operation, name: ErrorName, message: string): void;
  /** Executes the next call of an operation, and ends the connection instead of answering. */
  loseNextAnswer(operation: Operation): void;
  /** Ends the open transactions, as three idle minutes do. */
  expireTransactions(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts an endpoint with the documented API of the RDS Data API before a real database, with its limits: one
 * statement in a call, transactions by id, sizes and types.
 *
 * @see https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/Welcome.html
 */
export async function startDataApiEndpoint(options: EndpointOptions): Promise<DataApiEndpoint> {
  const database = new DataApiDatabase(options);
  const calls: EndpointCall[] = [];
  const refusals: { operation: Operation; refused: Refused }[] = [];
  const losses: Operation[] = [];
  const state = { asleep: 0 };

  const obey = async (operation: Operation, request: DataApiRequest): Promise<object> => {
    const refusal = taken(refusals, (one) => one.operation === operation);
    if (refusal) {
      throw refusal.refused;
    }
    if (state.asleep > 0) {
      state.asleep -= 1;
      throw new Refused(
        "DatabaseResumingException",
        `The Aurora DB instance ${options.clusterArn} is resuming after being auto-paused. Please wait a few seconds and try again.`,
      );
    }
    return database[operation](request);
  };

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const operation = OPERATIONS[incoming.url as keyof typeof OPERATIONS] as Operation | undefined;
    const request = (await json(incoming)) as DataApiRequest;
    const reply = (status: number, body: object, name?: string): void => {
      if (taken(losses, (one) => one === operation) !== undefined) {
        incoming.socket.destroy();
        return;
      }
      response.writeHead(status, { "content-type": "application/json", ...(name && { "x-amzn-errortype": name }) });
      response.end(JSON.stringify(body));
    };
    if (operation === undefined || incoming.method !== "POST") {
      reply(404, { message: "There is no such call." }, "UnknownOperationException");
      return;
    }
    calls.push({ operation, request });
    try {
      requireSigned(incoming);
      reply(200, await obey(operation, request));
    } catch (error) {
      const { errorName, message } =
        error instanceof Refused ? error : new Refused("InternalServerErrorException", String(error));
      reply(ERROR_STATUS[errorName], { message }, errorName);
    }
  };

  const server = createServer((incoming, response) => void answer(incoming, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    calls,
    sleep: (count) => {
      state.asleep = count;
    },
    refuseNext: (operation, name, message) => {
      refusals.push({ operation, refused: new Refused(name, message) });
    },
    loseNextAnswer: (operation) => {
      losses.push(operation);
    },
    expireTransactions: () => database.expire(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await database.expire();
    },
  };
}

/** Removes the first matching element from a list. */
function taken<T>(list: T[], fits: (element: T) => boolean): T | undefined {
  const index = list.findIndex(fits);
  return index < 0 ? undefined : list.splice(index, 1)[0];
}

function requireSigned({ headers: { authorization = "" } }: IncomingMessage): void {
  if (!/^AWS4-HMAC-SHA256 Credential=.+\/rds-data\/aws4_request/.test(authorization)) {
    throw new Refused("AccessDeniedException", "The request is not signed for rds-data.");
  }
}
