import { isNetworkCode } from "../../../src/shared/transient-errors";
import type { Finding } from "./finding";

/** AWS denied the caller a request. */
export class LookDenied extends Error {
  public override readonly name = "LookDenied";

  /** @param action - the IAM action that is missing, such as `iam:GetRole` */
  public constructor(public readonly action: string) {
    super(`AWS denies ${action}`);
  }
}

/** Fields of errors of the SDK and of Node.js's network. */
interface Failure {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Why a call failed, by what the caller can do about it. */
type FailureKind = "expired" | "no credentials" | "refused credentials" | "denied" | "unreachable" | "other";

/** Node.js's codes for a network without a route to the server. Waiting does not help. */
const NO_ROUTE = new Set(["EHOSTUNREACH", "ENETUNREACH"]);

/** The SDK's name for its own time-outs. */
const TIMEOUT = "TimeoutError";

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
const EXPIRED = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"]);

/** Errors for credentials that a service does not accept. Their status is 403, as of a denial. */
const REFUSED_CREDENTIALS = new Set([
  "IncompleteSignature",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "InvalidToken",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);

/** Errors of the SDK before it sends anything. */
const NO_CREDENTIALS = new Set(["CredentialsProviderError", "TokenProviderError"]);

const DENIED = /^(AccessDenied|AuthorizationError)(Exception)?$/;

function kindOf({ name = "", code = "", message = "", $metadata }: Failure): FailureKind {
  if (EXPIRED.has(name) || (NO_CREDENTIALS.has(name) && /expired/i.test(message))) {
    return "expired";
  }
  if (NO_CREDENTIALS.has(name)) {
    return "no credentials";
  }
  if (REFUSED_CREDENTIALS.has(name)) {
    return "refused credentials";
  }
  if (DENIED.test(name) || $metadata?.httpStatusCode === 403) {
    return "denied";
  }
  return name === TIMEOUT || isNetworkCode(code) || NO_ROUTE.has(code) ? "unreachable" : "other";
}

/**
 * Waits for the answer to a request that only reads.
 *
 * @param action - IAM action that the request needs
 * @throws LookDenied when AWS denies it; otherwise what the client throws
 */
export async function look<T>(action: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw kindOf(error as Failure) === "denied" ? new LookDenied(action) : error;
  }
}

/** Whether the SDK threw an error of this name. The name of the class differs between packages. */
export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/** Whether an AWS client threw an error. */
export function isAwsError(error: unknown): error is Error {
  return error instanceof Error && "$metadata" in error;
}

/** HTTP status of an error of an AWS client; undefined if AWS did not answer. */
export function statusOf(error: unknown): number | undefined {
  return isAwsError(error) ? (error as Failure).$metadata?.httpStatusCode : undefined;
}

/** Variables that decide where a call went, and as whom. */
export interface CallOrigin {
  readonly AWS_ENDPOINT_URL?: string | undefined;
  readonly AWS_PROFILE?: string | undefined;
}

/**
 * Explains a failed call: what happened, and what to do.
 *
 * @param error - what was thrown
 * @param env - environment that the client was created from
 */
export function explain(
  error: unknown,
  { AWS_ENDPOINT_URL: url = "", AWS_PROFILE: profile }: CallOrigin,
): Pick<Finding, "detail" | "remedy"> {
  const endpoint = url === "" ? "AWS" : url;
  if (error instanceof LookDenied) {
    return {
      detail: `not checked: AWS denies you ${error.action}`,
      remedy: `Allow your role or user ${error.action}, or check it yourself.`,
    };
  }
  const failure = error as Failure;
  const { name = "", code = "", message = "", $metadata } = failure;
  switch (kindOf(failure)) {
    case "expired":
      return {
        detail: `the AWS credentials have expired (${name})`,
        remedy: "Sign in again (aws sso login), or get new temporary credentials.",
      };
    case "no credentials":
      return {
        detail: `there are no AWS credentials${profile === undefined ? "" : ` in profile ${profile}`}: ${message}`,
        remedy: "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. With SSO, sign in first.",
      };
    case "refused credentials":
      return {
        detail: `AWS does not accept the credentials (${name})`,
        remedy: "Check the keys, AWS_SESSION_TOKEN if they are temporary, and this machine's clock.",
      };
    case "unreachable":
      return {
        detail: `${endpoint} does not answer (${code || message})`,
        remedy: "Check the network, and AWS_ENDPOINT_URL if it is set. HTTPS_PROXY is not used here.",
      };
    case "denied":
    case "other": {
      const status = $metadata?.httpStatusCode;
      // The SDK adds lines for its own developers.
      const [firstLine = ""] = message.split("\n");
      return {
        detail: `${endpoint} answered ${status === undefined ? "" : `HTTP ${String(status)}, `}${name}: ${firstLine}`,
        remedy: "Run it again. If it fails again, see https://health.aws.amazon.com for outages.",
      };
    }
  }
}
