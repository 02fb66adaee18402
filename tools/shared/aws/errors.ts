import type { Finding } from "../../operate/preflight/check";

/** A look that AWS refused the caller. */
export class LookDenied extends Error {
  public override readonly name = "LookDenied";

  /** @param action - the IAM action that is missing, such as `iam:GetRole` */
  public constructor(public readonly action: string) {
    super(`AWS denies ${action}`);
  }
}

/** Fields that errors of the SDK and of Node's network have. */
interface Failure {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Codes of Node that mean that nobody answered. @see https://nodejs.org/api/errors.html#common-system-errors */
const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/** What the SDK calls its own time-outs. */
const TIMEOUT = "TimeoutError";

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
const EXPIRED = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"]);

/** What services answer to keys that are not theirs. */
const REFUSED_KEYS = new Set([
  "IncompleteSignature",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "InvalidToken",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);

/** What the SDK throws before it sends anything. */
const NO_CREDENTIALS = new Set(["CredentialsProviderError", "TokenProviderError"]);

/**
 * Waits for an answer of AWS.
 *
 * @param action - IAM action that the caller needs for it
 * @throws LookDenied when AWS denies it; whatever the client throws otherwise
 */
export async function look<T>(action: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw isDenial(error as Failure) ? new LookDenied(action) : error;
  }
}

/** Whether an error of the SDK is the one of this name, however the service's package spells its class. */
export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/** Keys that AWS does not accept are answered with 403 as well. */
function isDenial({ name = "", $metadata }: Failure): boolean {
  return (
    /^(AccessDenied|AuthorizationError)(Exception)?$/.test(name) ||
    ($metadata?.httpStatusCode === 403 && !EXPIRED.has(name) && !REFUSED_KEYS.has(name))
  );
}

/**
 * What a look that failed means to the person who waits for it.
 *
 * @param error - whatever was thrown
 * @param env - environment that the client was made from
 */
export function explain(
  error: unknown,
  { AWS_ENDPOINT_URL: url = "", AWS_PROFILE: profile }: NodeJS.ProcessEnv,
): Pick<Finding, "detail" | "remedy"> {
  const endpoint = url === "" ? "AWS" : url;
  if (error instanceof LookDenied) {
    return {
      detail: `not looked at: AWS denies you ${error.action}`,
      remedy: `Allow your role or user ${error.action}, or look at it yourself.`,
    };
  }
  const { name = "", code = "", message = "", $metadata } = error as Failure;
  if (EXPIRED.has(name) || (NO_CREDENTIALS.has(name) && /expired/i.test(message))) {
    return {
      detail: `the AWS credentials have expired (${name})`,
      remedy: "Sign in again (aws sso login), or get new temporary credentials.",
    };
  }
  if (NO_CREDENTIALS.has(name)) {
    return {
      detail: `there are no AWS credentials${profile === undefined ? "" : ` in profile ${profile}`}: ${message}`,
      remedy: "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; sign in first where SSO is used.",
    };
  }
  if (REFUSED_KEYS.has(name)) {
    return {
      detail: `AWS does not accept the credentials (${name})`,
      remedy: "Check the keys, AWS_SESSION_TOKEN if they are temporary ones, and this machine's clock.",
    };
  }
  if (name === TIMEOUT || NETWORK_CODES.has(code)) {
    return {
      detail: `${endpoint} does not answer (${code || message})`,
      remedy: "Check the network, and AWS_ENDPOINT_URL if it is set. HTTPS_PROXY is not used here.",
    };
  }
  const status = $metadata?.httpStatusCode;
  return {
    // The SDK adds a line for who debugs it.
    detail: `${endpoint} answered ${status === undefined ? "" : `HTTP ${String(status)}, `}${name}: ${message.split("\n")[0] ?? ""}`,
    remedy: "Run it again. If it stays: https://health.aws.amazon.com shows whether the service is disturbed.",
  };
}
