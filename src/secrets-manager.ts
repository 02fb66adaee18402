import { EVENTS } from "./app/log-words";
import { UserError } from "./config/user-error";

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

/**
 * Reads a secret's text from Secrets Manager.
 *
 * @param arn - of the secret
 * @returns its text; nothing where it has no value yet
 * @throws UserError that begins with the event that an alarm counts, and never has a value in it
 */
export async function readSecret(arn: string): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({ region: regionOfSecret(arn), ...BOUNDS });
  try {
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    return SecretString;
  } catch (error) {
    const { name, message } = error as Error;
    if (name === "ResourceNotFoundException" && message.includes(NO_VALUE)) {
      return "";
    }
    throw new UserError(
      `${EVENTS.secretReadFailed}: ${arn} cannot be read (${name}: ${message}). ` +
        "Whoever reads it needs secretsmanager:GetSecretValue, kms:Decrypt of its key, and a place in its policy.",
    );
  } finally {
    client.destroy();
  }
}
