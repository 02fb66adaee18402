import { UserError } from "./user-error";
import { EVENTS } from "./log-words";

/** Region that a secret's ARN names; undefined for what is no such ARN. */
export function regionOfSecret(arn: string): string | undefined {
  return /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):\d{12}:secret:.+$/.exec(arn)?.[1];
}

/** By itself a client waits without end, and somebody waits for it. */
const BOUNDS = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

/** What Secrets Manager says of a secret that nobody has put a value into yet. */
const NO_VALUE = "staging label";

/** Secrets Manager did not answer, or not now: the same call succeeds a little later. */
export class SecretUnavailable extends UserError {}

/** What the SDK throws where nobody is signed in. */
const NO_CREDENTIALS = "CredentialsProviderError";

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html */
const THROTTLED = "ThrottlingException";

/**
 * Reads a secret's text from Secrets Manager.
 *
 * @param arn - of the secret
 * @returns its text; nothing where it has no value yet
 * @throws SecretUnavailable where that passes, UserError otherwise; both begin with the event that an alarm counts, and
 *   never have a value in them
 */
export async function readSecret(arn: string): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({ region: regionOfSecret(arn), ...BOUNDS });
  try {
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    return SecretString;
  } catch (error) {
    const { name, message } = error as AwsError;
    if (name === "ResourceNotFoundException" && message.includes(NO_VALUE)) {
      return "";
    }
    const failure = `${EVENTS.secretReadFailed}: ${arn} cannot be read (${name}: ${message}).`;
    if (passes(error as AwsError)) {
      throw new SecretUnavailable(
        `${failure} Try again; where that does not help, look at the way to Secrets Manager.`,
      );
    }
    throw new UserError(
      `${failure} ` +
        "Whoever reads it needs secretsmanager:GetSecretValue, kms:Decrypt of its key, and a place in its policy.",
    );
  } finally {
    client.destroy();
  }
}

/** What the SDK throws. */
interface AwsError extends Error {
  /** Without status where nobody answered. */
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function passes({ name, $metadata: { httpStatusCode: status } = {} }: AwsError): boolean {
  return name === THROTTLED || (status === undefined ? name !== NO_CREDENTIALS : status >= 500);
}
