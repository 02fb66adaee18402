import { isTransientAwsError, isTransientDatabaseError, isTransientStatus } from "../../src/shared/transient-errors";

const coded = (code: string): Error => Object.assign(new Error("x"), { code });

test.each([
  ["ECONNREFUSED", true, true],
  ["ETIMEDOUT", true, true],
  ["ENOTFOUND", true, false],
  ["EAI_AGAIN", true, false],
  ["08006", true, false],
  ["25006", true, false],
  ["25001", false, false],
  ["40001", true, false],
  ["40P01", true, false],
  ["53300", true, true],
  ["53100", true, false],
  ["55P03", true, false],
  ["57014", true, false],
  ["57P03", true, true],
  ["28P01", false, false],
  ["23505", false, false],
  ["", false, false],
])("the database's error %j: transient %s, worth waiting for while connecting %s", (code, transient, connecting) => {
  expect(isTransientDatabaseError(coded(code))).toBe(transient);
  expect(isTransientDatabaseError(coded(code), "connect")).toBe(connecting);
});

test.each([
  ["Connection terminated unexpectedly", true, true],
  ["Query read timeout", true, false],
  ["Client has encountered a connection error and is not queryable", true, false],
  ["timeout expired", false, true],
  ["self-signed certificate", false, false],
])("the driver's error without a code, %j", (message, transient, connecting) => {
  expect(isTransientDatabaseError(new Error(message))).toBe(transient);
  expect(isTransientDatabaseError(new Error(message), "connect")).toBe(connecting);
});

test.each([
  ["ThrottlingException", 400, true],
  ["DatabaseResumingException", 400, true],
  ["InternalServiceError", 500, true],
  ["TooManyRequestsException", 429, true],
  ["AccessDeniedException", 400, false],
  ["TimeoutError", undefined, true],
  ["CredentialsProviderError", undefined, false],
])("AWS's error %s with status %s: transient %s", (name, httpStatusCode, transient) => {
  const error = Object.assign(new Error("x"), { name, $metadata: { httpStatusCode } });
  expect(isTransientAwsError(error)).toBe(transient);
});

test("statuses of servers that failed or are busy are transient", () => {
  expect([200, 400, 401, 404, 422, 429, 500, 502, 503, 504].filter(isTransientStatus)).toEqual([
    429, 500, 502, 503, 504,
  ]);
});
