import { RDSDataServiceException } from "@aws-sdk/client-rds-data";
import { isTransientAwsName } from "../../../src/shared/transient-errors";
import { explain } from "../../shared/aws/errors";

/** What an explanation of the Data API's errors needs: by themselves they say too little. */
export interface ErrorContext {
  readonly clusterArn: string;
  readonly secretArn: string;
  /** Environment that the client was made from. */
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
  InvalidResourceStateException: () => "Check the cluster in the RDS console: it has to be available.",
  InvalidSecretException: ({ secretArn }) =>
    `${secretArn} has to hold {"username": "…", "password": "…"}, as the database knows them. Where the password is ` +
    "being rotated, run this again after the apply.",
  NotFoundException: ({ clusterArn, secretArn }) => `Check that ${clusterArn} and ${secretArn} exist.`,
  SecretsErrorException: SECRET,
  StatementTimeoutException: () =>
    "The Data API stops a statement after 45 seconds. Make it smaller, or put it into a migration.",
  TransactionNotFoundException: () =>
    "The Data API ends a transaction after three idle minutes, after 24 hours, and after an error. Start again.",
  UnsupportedResultException: () =>
    "The Data API does not give this result. Cast what it does not know to text (column::text); ask for fewer rows " +
    "(LIMIT) where it is more than 1 MiB, or 64 KiB a row.",
};

/**
 * Says what went wrong in a call of the Data API, and what to do.
 *
 * @param error - that the client threw
 */
export function dataApiProblem(error: unknown, context: ErrorContext): string {
  const { name = "", message = "" } = error as Partial<Error>;
  const remedy = REMEDIES[name] ?? (isTransientAwsName(name) ? () => AGAIN : undefined);
  if (remedy !== undefined && error instanceof RDSDataServiceException) {
    const said = message === "" || message === "UnknownError" ? name : `${name}: ${message}`;
    return [said, remedy(context)].filter((line) => line !== "").join("\n");
  }
  const { detail, remedy: general = "" } = explain(error, context.env);
  return `The Data API gave no result: ${detail}.\n${general}`;
}

/**
 * Whether the Data API has refused a call, so that what it asked for was not done. A time-out, a server's error and
 * an answer that got lost leave it open.
 */
export function wasRefused(error: unknown): boolean {
  if (!(error instanceof RDSDataServiceException) || error.name === "StatementTimeoutException") {
    return false;
  }
  const { httpStatusCode: status = 0 } = error.$metadata;
  return status >= 400 && status < 500;
}
