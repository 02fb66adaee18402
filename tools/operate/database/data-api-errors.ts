import { RDSDataServiceException } from "@aws-sdk/client-rds-data";
import { isTransientAwsName } from "../../../src/shared/transient-errors";
import { explain } from "../../shared/aws/errors";

/** What it takes to explain the Data API's errors, which say too little by themselves. */
export interface ErrorContext {
  readonly clusterArn: string;
  readonly secretArn: string;
  /** Environment that the client was created from. */
  readonly env: NodeJS.ProcessEnv;
}

const AGAIN = "The error is transient: run it again in a few minutes.";

type Remedy = (context: ErrorContext) => string;

const DENIED: Remedy = ({ clusterArn, secretArn }) =>
  "You need rds-data:BeginTransaction, rds-data:ExecuteStatement, rds-data:CommitTransaction and " +
  `rds-data:RollbackTransaction on ${clusterArn}, and secretsmanager:GetSecretValue of ${secretArn}, whose policy ` +
  "denies everyone who is not in secretReaderArns.";

const SECRET: Remedy = ({ secretArn }) =>
  `Check that ${secretArn} exists and has a value, that you may use its key (kms:Decrypt), and that you are in ` +
  "secretReaderArns.";

/**
 * What to do about an error, by its name.
 *
 * @see https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.troubleshooting.html
 */
const REMEDIES: Readonly<Record<string, Remedy>> = {
  AccessDeniedException: DENIED,
  ForbiddenException: DENIED,
  BadRequestException: () => "",
  DatabaseErrorException: () => "",
  ValidationException: () => "",
  DatabaseNotFoundException: ({ clusterArn }) => `${clusterArn} has no instance. Apply the environment.`,
  DatabaseUnavailableException: () => `The cluster has no writer at the moment, as in a failover. ${AGAIN}`,
  HttpEndpointNotEnabledException: ({ clusterArn }) =>
    `The Data API is off for ${clusterArn}, or that is not the cluster's ARN. Apply the environment, which turns it on.`,
  InvalidResourceStateException: () => "Check the cluster in the RDS console: it must be available.",
  InvalidSecretException: ({ secretArn }) =>
    `${secretArn} must contain {"username": "…", "password": "…"} as the database has them. If the password is being ` +
    "rotated, run this again after the apply.",
  NotFoundException: ({ clusterArn, secretArn }) => `Check that ${clusterArn} and ${secretArn} exist.`,
  SecretsErrorException: SECRET,
  StatementTimeoutException: () =>
    "The Data API stops a statement after 45 seconds. Make it smaller, or put it into a migration.",
  TransactionNotFoundException: () =>
    "The Data API ends a transaction after three idle minutes, after 24 hours, and after an error. Start again.",
  UnsupportedResultException: () =>
    "The Data API cannot return this result. Cast types that it does not support to text (column::text). If the result " +
    "is larger than 1 MiB, or 64 KiB per row, select fewer rows (LIMIT).",
};

/**
 * What went wrong in a call to the Data API, and what to do.
 *
 * @param error - that the client threw
 */
export function dataApiProblem(error: unknown, context: ErrorContext): string {
  const { name = "", message = "" } = error as Partial<Error>;
  const remedy = REMEDIES[name] ?? (isTransientAwsName(name) ? () => AGAIN : undefined);
  if (remedy !== undefined && error instanceof RDSDataServiceException) {
    const problem = message === "" || message === "UnknownError" ? name : `${name}: ${message}`;
    return [problem, remedy(context)].filter((line) => line !== "").join("\n");
  }
  const { detail, remedy: general = "" } = explain(error, context.env);
  return `The Data API gave no result: ${detail}.\n${general}`;
}

/**
 * Whether the Data API refused a call and did nothing. After a time-out, a server error or a lost answer that is
 * unknown.
 */
export function wasRefused(error: unknown): boolean {
  if (!(error instanceof RDSDataServiceException) || error.name === "StatementTimeoutException") {
    return false;
  }
  const { httpStatusCode: status = 0 } = error.$metadata;
  return status >= 400 && status < 500;
}
