import {
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  RDSDataClient,
  RollbackTransactionCommand,
  type ExecuteStatementCommandOutput,
} from "@aws-sdk/client-rds-data";
import { UserError } from "../../../src/shared/user-error";
import { clientSettings } from "../../shared/aws/client-settings";
import { bareSql } from "./bare-sql";
import { dataApiProblem, wasRefused, type ErrorContext } from "./data-api-errors";
import { resultOf } from "./data-api-values";
import { untilAwake, type Patience } from "./data-api-waking";
import type { SqlSession, StatementResult, TransactionState } from "./session";
import { splitStatements, type Statement } from "./statements";

/** Longest statement. @see https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html */
const STATEMENT_BYTES = 65_536;

const CONNECTION_MS = 4_000;

/** The Data API itself gives up after 45 seconds. */
const ANSWER_MS = 60_000;

/** What {@link dataApiSession} works with. */
export interface DataApiOptions extends ErrorContext, Patience {
  /** From {@link dataApiClient}: a client that retries would run statements twice. */
  readonly client: RDSDataClient;
  readonly clusterArn: string;
  /** ARN of the secret with the database's credentials. */
  readonly secretArn: string;
  readonly database: string;
}

/**
 * A client of the Data API that sends each call once: if an answer is lost, the statement may have run already.
 *
 * @param env - environment with the caller's AWS settings
 */
export function dataApiClient(region: string, env: NodeJS.ProcessEnv): RDSDataClient {
  return new RDSDataClient({
    ...clientSettings(region, env),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECTION_MS, requestTimeout: ANSWER_MS, throwOnRequestTimeout: true },
  });
}

/**
 * Session over the RDS Data API. Every statement runs in a transaction: the first one begins it, and `COMMIT` commits
 * it. A failed statement ends it, and `ROLLBACK` must come before the next one. Only the beginning of a transaction
 * waits for a paused database.
 */
export function dataApiSession(options: DataApiOptions): SqlSession {
  return new DataApiSession(options);
}

class DataApiSession implements SqlSession {
  public readonly autocommit = false;
  private state: TransactionState = "none";
  private transactionId: string | undefined;

  public constructor(private readonly options: DataApiOptions) {}

  public get transaction(): TransactionState {
    return this.state;
  }

  public refusal(statement: string): string | undefined {
    const bytes = Buffer.byteLength(statement);
    if (bytes > STATEMENT_BYTES) {
      return `The statement has ${String(bytes)} bytes; the Data API takes at most ${String(STATEMENT_BYTES)}. Split it.`;
    }
    const parameter = /(?<!:):[A-Za-z_]\w*/.exec(bareSql(statement).text)?.[0];
    return parameter === undefined
      ? undefined
      : `The Data API reads "${parameter}" as a parameter: put a space after the colon.`;
  }

  public async execute(statement: string): Promise<StatementResult> {
    const { command = "", control } = await this.parsed(statement);
    switch (control) {
      case "begin":
        await this.begin();
        return { ...NO_RESULT, command };
      case "commit":
        await this.commit();
        return { ...NO_RESULT, command };
      case "rollback":
        await this.rollback();
        return { ...NO_RESULT, command };
      case "begin with modes":
        this.state = "failed";
        throw new UserError(
          "Over the Data API, BEGIN takes no modes: set them with SET TRANSACTION as the first statement.",
        );
      case "prepare":
      case undefined:
        return resultOf(await this.send(statement), command);
    }
  }

  public async begin(): Promise<void> {
    if (this.state !== "none") {
      throw new UserError("A transaction is open already: COMMIT or ROLLBACK ends it.");
    }
    this.state = "failed";
    const { client, database } = this.options;
    try {
      const { transactionId } = await untilAwake(
        () => client.send(new BeginTransactionCommand({ ...this.resource(), database })),
        this.options,
      );
      this.transactionId = transactionId;
    } catch (error) {
      throw error instanceof UserError
        ? error
        : new UserError(`Nothing was done: no transaction began.\n${dataApiProblem(error, this.options)}`);
    }
    this.state = "open";
  }

  public async commit(): Promise<void> {
    if (this.state === "failed") {
      await this.rollback();
      throw new UserError("The transaction has failed; nothing was committed.");
    }
    const { transactionId } = this;
    if (transactionId === undefined) {
      throw new UserError("No transaction is open: there is nothing to commit.");
    }
    try {
      await this.options.client.send(new CommitTransactionCommand({ ...this.resource(), transactionId }));
    } catch (error) {
      const refused = wasRefused(error);
      throw new UserError(
        [
          refused
            ? "The transaction was not committed."
            : "The transaction may or may not have been committed: check before you repeat it.",
          dataApiProblem(error, this.options),
          ...(refused ? await this.abandon() : []),
        ].join("\n"),
      );
    } finally {
      this.forget();
    }
  }

  public async rollback(): Promise<void> {
    const notes = await this.abandon();
    this.forget();
    if (notes.length > 0) {
      throw new UserError(notes.join("\n"));
    }
  }

  /** Fails the transaction if PostgreSQL would refuse the statement, so that no later COMMIT commits the rest. */
  private async parsed(statement: string): Promise<Partial<Statement>> {
    try {
      const [first, ...more] = await splitStatements(statement);
      // The Data API itself refuses several statements at once.
      return first === undefined || more.length > 0 ? {} : first;
    } catch (error) {
      this.state = "failed";
      throw error;
    }
  }

  private async send(sql: string): Promise<ExecuteStatementCommandOutput> {
    if (this.state === "failed") {
      throw new UserError("The transaction has failed. End it with ROLLBACK; the next statement begins a new one.");
    }
    const refusal = this.refusal(sql);
    if (refusal !== undefined) {
      this.state = "failed";
      throw new UserError(refusal);
    }
    if (this.state === "none") {
      await this.begin();
    }
    const { client, database } = this.options;
    try {
      return await client.send(
        new ExecuteStatementCommand({
          ...this.resource(),
          ...{ database, sql, transactionId: this.transactionId, includeResultMetadata: true },
          // Numbers would lose digits of a bigint.
          resultSetOptions: { decimalReturnType: "STRING", longReturnType: "STRING" },
        }),
      );
    } catch (error) {
      this.state = "failed";
      throw new UserError([dataApiProblem(error, this.options), ...(await this.abandon())].join("\n"));
    }
  }

  /** Rolls the open transaction back. @returns a message if that failed */
  private async abandon(): Promise<string[]> {
    const { transactionId } = this;
    this.transactionId = undefined;
    if (transactionId === undefined) {
      return [];
    }
    try {
      await this.options.client.send(new RollbackTransactionCommand({ ...this.resource(), transactionId }));
      return [];
    } catch (error) {
      // After an error, the Data API may have ended the transaction already.
      return (error as Error).name === "TransactionNotFoundException" ? [] : [ROLLBACK_LOST];
    }
  }

  private forget(): void {
    this.transactionId = undefined;
    this.state = "none";
  }

  private resource(): { resourceArn: string; secretArn: string } {
    const { clusterArn, secretArn } = this.options;
    return { resourceArn: clusterArn, secretArn };
  }
}

const NO_RESULT = { columns: [], rows: [], changed: undefined };

const ROLLBACK_LOST =
  "The rollback was not confirmed. The transaction is rolled back after three idle minutes; until then it holds its locks.";
