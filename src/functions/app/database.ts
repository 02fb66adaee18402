import type { ClientBase } from "pg";
import { APP_ROLE } from "../../database/app-role";
import { ConnectionFailure } from "../../database/connection";
import { NO_ANSWER } from "../../database/transaction";
import { Problem, tryAgain } from "./problem";

/** Seconds after which a database that woke up meanwhile is asked again. */
const RETRY_WAKING_SECONDS = 10;

/** Seconds after which one that broke off is asked again. */
const RETRY_BREAK_SECONDS = 3;

/**
 * Longest that a statement may take, and longest wait for a lock: API Gateway's limit is for the whole request. The
 * session of a function that is frozen or gone ends by itself, and with it the lock of its key; so it has its limits from
 * its start on.
 */
export const SESSION_LIMITS =
  "-c statement_timeout=5s -c lock_timeout=3s -c idle_in_transaction_session_timeout=10s -c idle_session_timeout=30s";

/**
 * SQLSTATE classes and codes of what passes by itself: connection exceptions, too little of something, an operator's
 * intervention, a lock or a serialization that failed; and Node.js's codes of a network that fails over.
 *
 * @see https://www.postgresql.org/docs/17/errcodes-appendix.html
 */
const PASSING = /^(08|53|57)|^(40001|40P01|55P03|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND)$/;

/** What a session is opened with. */
export interface DatabaseOptions {
  /** Opens a session with settings, given as `-c name=value`, as the login user. @throws ConnectionFailure */
  readonly connect: (sessionOptions: string) => Promise<ClientBase & { end(): Promise<void> }>;
}

/**
 * The database, as the app uses it: a session for a request, as the app's role, closed with the request. One that
 * stays open would keep Aurora from pausing, and Lambda gives a frozen function no time to close it.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
export class Database {
  public constructor(private readonly options: DatabaseOptions) {}

  /**
   * Does work in a session of its own.
   *
   * @throws Problem 503 with a time to come back where the database pauses, breaks off or has too much to do; whatever
   *   the work throws otherwise
   */
  public async session<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    const client = await this.options.connect(SESSION_LIMITS).catch((error: unknown) => {
      throw problemOf(error);
    });
    try {
      await client.query(`SET ROLE ${APP_ROLE}`);
      return await work(client);
    } catch (error) {
      throw problemOf(error);
    } finally {
      // Where the session broke, there is nothing to close.
      await client.end().catch(() => undefined);
    }
  }
}

function problemOf(error: unknown): unknown {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  if (error instanceof Problem) {
    return error;
  }
  if (error instanceof ConnectionFailure && error.reason === "no answer") {
    return tryAgain(RETRY_WAKING_SECONDS, "The database is waking up.", error);
  }
  if (error instanceof ConnectionFailure && error.reason === "refused credentials") {
    return tryAgain(RETRY_WAKING_SECONDS, "The database's password is being rotated.", error);
  }
  if (PASSING.test(code) || /^Connection terminated|not queryable/.test(message) || message.startsWith(NO_ANSWER)) {
    return tryAgain(RETRY_BREAK_SECONDS, "The database broke off or is busy.", error);
  }
  return error;
}
