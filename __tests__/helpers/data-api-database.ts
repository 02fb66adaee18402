import { randomUUID } from "node:crypto";
import { Client, type ClientConfig, type QueryArrayConfig } from "pg";
import { Refused, refusedByDatabase } from "./data-api-faults";
import { columnsOf, fieldOf, requireSupported, type JsonField } from "./data-api-values";

/** Requests of the calls. */
export interface DataApiRequest {
  readonly resourceArn?: string;
  readonly secretArn?: string;
  readonly database?: string;
  readonly schema?: string;
  readonly sql?: string;
  readonly transactionId?: string;
  readonly includeResultMetadata?: boolean;
  readonly parameters?: readonly unknown[];
  readonly resultSetOptions?: { readonly longReturnType?: string };
}

/** The database, and the Data API's limits. */
export interface DataApiDatabaseOptions {
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly database: ClientConfig;
  readonly statementMs?: number;
}

interface Transaction {
  readonly client: Client;
  busy: boolean;
}

const STATEMENT_BYTES = 65_536;
const STATEMENT_MS = 45_000;
const ROW_BYTES = 64 * 1024;
const RESULT_BYTES = 1024 * 1024;

/** Why a transaction no longer exists, in the words of AWS's guide. */
const ENDINGS = {
  unknown: "Transaction may be expired.",
  ended: "One previous call resulted in a termination of your transaction.",
  failed: "Transaction has been aborted due to an error from a previous call.",
};

/** The operations of the Data API on a real database: a session for each transaction. */
export class DataApiDatabase {
  private readonly open = new Map<string, Transaction>();
  private readonly over = new Map<string, keyof typeof ENDINGS>();

  public constructor(private readonly options: DataApiDatabaseOptions) {}

  public async begin(request: DataApiRequest): Promise<{ transactionId: string }> {
    this.check(request);
    const client = await this.connect(request);
    await client.query("BEGIN");
    const transactionId = randomUUID();
    this.open.set(transactionId, { client, busy: false });
    return { transactionId };
  }

  public async commit(request: DataApiRequest): Promise<{ transactionStatus: string }> {
    await this.finish(request, "COMMIT");
    return { transactionStatus: "Transaction Committed" };
  }

  public async rollback(request: DataApiRequest): Promise<{ transactionStatus: string }> {
    await this.finish(request, "ROLLBACK");
    return { transactionStatus: "Rollback Complete" };
  }

  public async execute(request: DataApiRequest): Promise<object> {
    this.check(request);
    const { sql = "", parameters = [], schema, transactionId } = request;
    if (schema !== undefined) {
      throw new Refused("ValidationException", "The schema parameter isn't supported");
    }
    if (parameters.length > 0) {
      throw new Refused("ValidationException", "This endpoint takes no parameters.");
    }
    if (Buffer.byteLength(sql) > STATEMENT_BYTES) {
      throw new Refused(
        "ValidationException",
        "Value at 'sql' failed to satisfy constraint: Member must have length less than or equal to 65536",
      );
    }
    return transactionId === undefined
      ? this.executeAlone(request, sql)
      : this.executeWithin(transactionId, (client) => this.run(client, sql, request));
  }

  /** Ends the open transactions without keeping anything. */
  public async expire(): Promise<void> {
    for (const transactionId of [...this.open.keys()]) {
      await this.drop(transactionId, "unknown");
    }
  }

  private async executeAlone(request: DataApiRequest, sql: string): Promise<object> {
    const client = await this.connect(request);
    try {
      return await this.run(client, sql, request);
    } finally {
      await client.end();
    }
  }

  private async executeWithin(transactionId: string, run: (client: Client) => Promise<object>): Promise<object> {
    const transaction = this.transaction(transactionId);
    if (transaction.busy) {
      throw new Refused("DatabaseErrorException", "Transaction is still running a query");
    }
    transaction.busy = true;
    try {
      return await run(transaction.client);
    } catch (error) {
      await this.drop(transactionId, "failed");
      throw error;
    } finally {
      transaction.busy = false;
    }
  }

  private async run(
    client: Client,
    text: string,
    { includeResultMetadata = false, resultSetOptions = {} }: DataApiRequest,
  ): Promise<object> {
    // The extended protocol takes one statement, as the Data API does. The types of pg do not know the mode.
    const query: QueryArrayConfig & { queryMode: "extended" } = {
      text,
      rowMode: "array",
      queryMode: "extended",
      types: { getTypeParser: () => (value: string) => value },
    };
    const { fields, rows, rowCount, command } = await client
      .query<(string | null)[]>(query)
      .catch((error: unknown) => Promise.reject(refusedByDatabase(error)));
    requireSize(rows);
    const columns = await columnsOf(client, fields);
    requireSupported(columns);
    const longAsString = resultSetOptions.longReturnType === "STRING";
    const records: JsonField[][] = rows.map((row) =>
      columns.map((column, index) => fieldOf(row[index] ?? null, column, longAsString)),
    );
    return {
      ...(includeResultMetadata && {
        columnMetadata: columns.map(({ name, typeName }) => ({ name, label: name, typeName })),
      }),
      ...(fields.length > 0 && { records }),
      numberOfRecordsUpdated: fields.length > 0 || !/^(INSERT|UPDATE|DELETE|MERGE)$/.test(command) ? 0 : rowCount,
      generatedFields: [],
    };
  }

  private async finish(request: DataApiRequest, sql: "COMMIT" | "ROLLBACK"): Promise<void> {
    this.check(request);
    const { transactionId = "" } = request;
    const { client } = this.transaction(transactionId);
    try {
      await client.query(sql).catch((error: unknown) => Promise.reject(refusedByDatabase(error)));
    } finally {
      await this.drop(transactionId, "ended");
    }
  }

  private transaction(transactionId: string): Transaction {
    const transaction = this.open.get(transactionId);
    if (transaction === undefined) {
      const ending = ENDINGS[this.over.get(transactionId) ?? "unknown"];
      throw new Refused("TransactionNotFoundException", `Transaction ${transactionId} is not found. ${ending}`);
    }
    return transaction;
  }

  /** A session that ends rolls back what it has not committed. */
  private async drop(transactionId: string, ending: keyof typeof ENDINGS): Promise<void> {
    const transaction = this.open.get(transactionId);
    this.open.delete(transactionId);
    this.over.set(transactionId, ending);
    await transaction?.client.end();
  }

  private async connect({ database }: DataApiRequest): Promise<Client> {
    const { database: config, statementMs = STATEMENT_MS } = this.options;
    const client = new Client({
      ...config,
      ...(database !== undefined && { database }),
      statement_timeout: statementMs,
    });
    // The next call reports a session that the server ended.
    client.on("error", () => undefined);
    await client.connect().catch((error: unknown) => Promise.reject(refusedByDatabase(error)));
    return client;
  }

  private check({ resourceArn = "", secretArn = "" }: DataApiRequest): void {
    const { clusterArn, secretArn: ourSecret } = this.options;
    if (resourceArn === "" || secretArn === "") {
      throw new Refused("ValidationException", "resourceArn and secretArn are needed.");
    }
    if (resourceArn !== clusterArn) {
      throw new Refused("HttpEndpointNotEnabledException", `HttpEndpoint isn't enabled for cluster ${resourceArn}`);
    }
    if (secretArn !== ourSecret && secretArn !== nameOf(ourSecret)) {
      throw new Refused("SecretsErrorException", `Secret ${secretArn} is not found.`);
    }
  }
}

/** Name of a secret: what its ARN ends with, without the six random characters. */
function nameOf(secretArn: string): string {
  return secretArn.replace(/^.*:secret:/, "").replace(/-[A-Za-z0-9]{6}$/, "");
}

function requireSize(rows: readonly (readonly (string | null)[])[]): void {
  const sizes = rows.map((row) => row.reduce((sum, value) => sum + Buffer.byteLength(value ?? ""), 0));
  if (sizes.some((size) => size > ROW_BYTES)) {
    throw new Refused("UnsupportedResultException", "Packet for query is too large");
  }
  if (sizes.reduce((sum, size) => sum + size, 0) > RESULT_BYTES) {
    throw new Refused("UnsupportedResultException", "Database response exceeded size limit");
  }
}
