/** When an error occurs: while a connection is opened, which is then tried again, or at any time. */
type During = "connect" | "request";

/** An error that goes away on its own: the same call succeeds a little later. */
interface TransientError {
  /** Node.js's code, PostgreSQL's SQLSTATE or its class of two characters, or the name that an AWS SDK gives it. */
  readonly code: string;
  /** What it means. */
  readonly meaning: string;
  /** True if a database that wakes answers so, and waiting for it helps. @default false */
  readonly waking?: boolean;
}

/** @see https://nodejs.org/docs/latest-v22.x/api/errors.html#common-system-errors */
const NETWORK: readonly TransientError[] = [
  { code: "ECONNREFUSED", meaning: "nothing listens there yet", waking: true },
  { code: "ECONNRESET", meaning: "the other side closed the connection", waking: true },
  { code: "EPIPE", meaning: "the other side is gone", waking: true },
  { code: "ETIMEDOUT", meaning: "no answer in time", waking: true },
  // A failover changes the name. While connecting, a name that does not exist is more likely a wrong setting.
  { code: "EAI_AGAIN", meaning: "the name server does not answer" },
  { code: "ENOTFOUND", meaning: "the name does not exist at the moment" },
];

/** @see https://www.postgresql.org/docs/17/errcodes-appendix.html */
const POSTGRESQL: readonly TransientError[] = [
  { code: "08", meaning: "connection exception" },
  { code: "25006", meaning: "read_only_sql_transaction: after a failover, the session is on the former writer" },
  { code: "40001", meaning: "serialization_failure" },
  { code: "40P01", meaning: "deadlock_detected" },
  { code: "53", meaning: "insufficient resources" },
  { code: "53300", meaning: "too_many_connections", waking: true },
  { code: "55P03", meaning: "lock_not_available" },
  { code: "57", meaning: "operator intervention, such as a shutdown or a statement that takes too long" },
  { code: "57P03", meaning: "cannot_connect_now: the server starts", waking: true },
];

/**
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 * @see https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html
 */
const AWS: readonly TransientError[] = [
  { code: "ThrottlingException", meaning: "too many calls" },
  { code: "DatabaseResumingException", meaning: "the database wakes up" },
  { code: "DatabaseUnavailableException", meaning: "there is no writer at the moment, as in a failover" },
  { code: "InternalServerErrorException", meaning: "AWS failed" },
  { code: "ServiceUnavailableError", meaning: "AWS does not take calls at the moment" },
];

/** What the driver `pg` says about a query that got no answer in time. */
export const NO_ANSWER = "Query read timeout";

/** What `pg` throws without a code. @see https://github.com/brianc/node-postgres/tree/master/packages/pg/lib */
const DRIVER_MESSAGES: Readonly<Record<During, RegExp>> = {
  connect: /timeout expired|Connection terminated/,
  request: new RegExp(`^(Connection terminated|${NO_ANSWER})|not queryable`),
};

/** Thrown by AWS's SDKs, without a status, where no credentials are found. */
const NO_CREDENTIALS = "CredentialsProviderError";

const TOO_MANY_REQUESTS = 429;

const isKnown = (rows: readonly TransientError[], code: string): boolean => rows.some((row) => row.code === code);

/**
 * Whether an error of the database or of the network goes away on its own.
 *
 * @param during - `connect` asks for less: whether waiting for a database that wakes helps @default "request"
 */
export function isTransientDatabaseError(error: unknown, during: During = "request"): boolean {
  const { code = "", message = "" } = error as { readonly code?: string; readonly message?: string };
  const rows = [...NETWORK, ...POSTGRESQL].filter(({ waking = false }) => during === "request" || waking);
  return isKnown(rows, code) || isKnown(rows, sqlStateClass(code)) || DRIVER_MESSAGES[during].test(message);
}

/** Class of an SQLSTATE, which has five characters. */
function sqlStateClass(code: string): string {
  return /^[0-9A-Z]{5}$/.test(code) ? code.slice(0, 2) : "";
}

/** Whether a code is one of Node.js's for a server that does not answer. */
export function isNetworkCode(code: string): boolean {
  return isKnown(NETWORK, code);
}

/** Whether AWS's SDK names an error that goes away on its own. */
export function isTransientAwsName(name: string): boolean {
  return isKnown(AWS, name);
}

/** Whether an error that AWS's SDK threw goes away on its own: nobody answered, AWS failed, or there were too many calls. */
export function isTransientAwsError(error: unknown): boolean {
  const { name, $metadata: { httpStatusCode: status } = {} } = error as Error & {
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  return isTransientAwsName(name) || (status === undefined ? name !== NO_CREDENTIALS : isTransientStatus(status));
}

/**
 * Whether an HTTP status goes away on its own: too many requests, or the server failed.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.6
 */
export function isTransientStatus(status: number): boolean {
  return status === TOO_MANY_REQUESTS || status >= 500;
}
