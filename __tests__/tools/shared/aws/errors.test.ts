import { explain, look, LookDenied } from "../../../../tools/shared/aws/errors";

/** An error as the SDK throws it. */
function failure(name: string, fields: { message?: string; code?: string; status?: number } = {}): Error {
  const { message = "text of AWS", code, status } = fields;
  const metadata = status === undefined ? {} : { $metadata: { httpStatusCode: status } };
  return Object.assign(new Error(message), { name, ...(code === undefined ? {} : { code }), ...metadata });
}

describe("look", () => {
  test.each([
    ["AccessDenied", 403],
    ["AccessDeniedException", 400],
    ["AuthorizationErrorException", 403],
    ["403", 403],
  ])("%s with HTTP %s is a denial, and names the action that is missing", async (name, status) => {
    const denied = look("iam:GetRole", Promise.reject(failure(name, { status })));
    await expect(denied).rejects.toEqual(new LookDenied("iam:GetRole"));
  });

  test.each([
    ["ExpiredToken", 403],
    ["InvalidClientTokenId", 403],
    ["SignatureDoesNotMatch", 403],
    ["NoSuchEntityException", 404],
  ])("%s with HTTP %s is not a denial", async (name, status) => {
    const error = failure(name, { status });
    await expect(look("iam:GetRole", Promise.reject(error))).rejects.toBe(error);
  });
});

describe("explain", () => {
  test.each([
    [new LookDenied("iam:GetRole"), /AWS denies you iam:GetRole/, /Allow your role or user iam:GetRole/],
    [
      failure("CredentialsProviderError", { message: "Could not load credentials from any providers" }),
      /there are no AWS credentials: Could not load/,
      /AWS_PROFILE/,
    ],
    [
      failure("CredentialsProviderError", { message: "The SSO session associated with this profile has expired." }),
      /have expired/,
      /aws sso login/,
    ],
    [failure("ExpiredToken", { status: 403 }), /have expired \(ExpiredToken\)/, /Sign in again/],
    [failure("InvalidClientTokenId", { status: 403 }), /does not accept the credentials/, /AWS_SESSION_TOKEN/],
    [failure("RequestTimeTooSkewed", { status: 403 }), /does not accept the credentials/, /clock/],
    [failure("Error", { code: "ENOTFOUND" }), /does not answer \(ENOTFOUND\)/, /Check the network/],
    [failure("AggregateError", { code: "ECONNREFUSED", message: "" }), /\(ECONNREFUSED\)/, /AWS_ENDPOINT_URL/],
    [failure("TimeoutError", { message: "timed out" }), /does not answer \(timed out\)/, /Check the network/],
    [failure("InternalFailure", { status: 500 }), /answered HTTP 500, InternalFailure: text of AWS/, /Run it again/],
  ])("%s", (error, detail, remedy) => {
    const text = explain(error, {});
    expect(text.detail).toMatch(detail);
    expect(text.remedy).toMatch(remedy);
  });

  test("names the endpoint where it is not AWS's own", () => {
    expect(
      explain(failure("Error", { code: "ECONNREFUSED" }), { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" }).detail,
    ).toBe("http://127.0.0.1:4566 does not answer (ECONNREFUSED)");
  });

  test("names the profile that has no credentials", () => {
    const error = failure("CredentialsProviderError", { message: "none" });
    expect(explain(error, { AWS_PROFILE: "shop" }).detail).toBe("there are no AWS credentials in profile shop: none");
  });

  test("leaves out what the SDK adds for its developers", () => {
    const error = failure("SyntaxError", {
      message: "Unexpected token\n  Deserialization error: inspect",
      status: 502,
    });
    expect(explain(error, {}).detail).toBe("AWS answered HTTP 502, SyntaxError: Unexpected token");
  });
});
