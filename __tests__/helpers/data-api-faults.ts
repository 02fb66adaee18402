import { DatabaseError } from "pg";

/**
 * HTTP status of each error of the Data API. ValidationException is in no shape of the SDK; AWS's guide has it.
 *
 * @see https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.differences.html
 */
export const ERROR_STATUS = {
  AccessDeniedException: 403,
  BadRequestException: 400,
  DatabaseErrorException: 400,
  DatabaseNotFoundException: 404,
  DatabaseResumingException: 400,
  DatabaseUnavailableException: 504,
  ForbiddenException: 403,
  HttpEndpointNotEnabledException: 400,
  InternalServerErrorException: 500,
  InvalidResourceStateException: 400,
  InvalidSecretException: 400,
  NotFoundException: 404,
  SecretsErrorException: 400,
  ServiceUnavailableError: 503,
  StatementTimeoutException: 400,
  TransactionNotFoundException: 404,
  UnsupportedResultException: 400,
  ValidationException: 400,
} as const;

/** Name of an error of the Data API. */
export type ErrorName = keyof typeof ERROR_STATUS;

/** What the endpoint answers instead of a result. */
export class Refused extends Error {
  public constructor(
    public readonly errorName: ErrorName,
    message: string,
  ) {
    super(message);
  }
}

/** SQLSTATE of a statement that took longer than its time-out. */
const QUERY_CANCELED = "57014";

/** SQLSTATE and words of PostgreSQL for several statements in one prepared statement. */
const SEVERAL = { code: "42601", message: "multiple commands" };

/** PostgreSQL's error about a statement, in the Data API's form. */
export function refusedByDatabase(error: unknown): Error {
  if (!(error instanceof DatabaseError)) {
    return error as Error;
  }
  const { severity = "ERROR", message, code = "", detail, hint, position } = error;
  if (code === QUERY_CANCELED) {
    return new Refused("StatementTimeoutException", "Request timed out");
  }
  if (code === SEVERAL.code && message.includes(SEVERAL.message)) {
    return new Refused("ValidationException", "Multistatements aren't supported.");
  }
  const said = [
    `${severity}: ${message}`,
    ...(detail === undefined ? [] : [`  Detail: ${detail}`]),
    ...(hint === undefined ? [] : [`  Hint: ${hint}`]),
    ...(position === undefined ? [] : [`  Position: ${position}`]),
  ];
  return new Refused("DatabaseErrorException", `${said.join("\n")}; SQLState: ${code}`);
}
