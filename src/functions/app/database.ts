import type { ClientBase } from "pg";
import { APP_ROLE } from "../../database/app-role";
import { ConnectionFailure } from "../../database/connection";
import { isTransientDatabaseError } from "../../shared/transient-errors";
import { Problem } from "./problem";
import { problems } from "./problems";

/**
 * Time limits of a session, shorter than API Gateway's limit for the whole request. A function that is frozen or gone
 * cannot close its session, which may hold the lock of an idempotency key: PostgreSQL ends it.
 */
export const SESSION_LIMITS =
  "-c statement_timeout=5s -c lock_timeout=3s -c idle_in_transaction_session_timeout=10s -c idle_session_timeout=30s";

/** What a {@link Database} needs. */
export interface DatabaseOptions {
  /** Opens a session as the login user, with settings given as `-c name=value`. @throws ConnectionFailure */
  readonly connect: (sessionOptions: string) => Promise<ClientBase & { end(): Promise<void> }>;
}

/**
 * The database, as the app uses it: one session per request, as the app's role, closed with the request. An open session
 * would keep Aurora from pausing, and Lambda gives a frozen function no time to close it.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
export class Database {
  public constructor(private readonly options: DatabaseOptions) {}

  /**
   * Runs work in its own session.
   *
   * @throws Problem 503 with the time of a retry if the database is paused, closes the connection or is busy; otherwise
   *   what the work throws
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
      // A broken session has nothing to close.
      await client.end().catch(() => undefined);
    }
  }
}

function problemOf(error: unknown): unknown {
  if (error instanceof Problem) {
    return error;
  }
  if (error instanceof ConnectionFailure && error.reason === "no answer") {
    return problems.databaseWaking(error);
  }
  if (error instanceof ConnectionFailure && error.reason === "refused credentials") {
    return problems.passwordRotating(error);
  }
  return isTransientDatabaseError(error) ? problems.databaseBusy(error) : error;
}
