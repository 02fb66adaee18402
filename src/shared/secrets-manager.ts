import { parseArn } from "./arn";
import { UserError } from "./user-error";
import { EVENTS } from "./log-words";
import { isTransientAwsError } from "./transient-errors";

/** Region in a secret's ARN; undefined for anything else. */
export function regionOfSecret(arn: string): string | undefined {
  const { accountId = "", partition = "", region = "", resource = "", service } = parseArn(arn) ?? {};
  const isSecret =
    /^aws[a-z-]*$/.test(partition) &&
    service === "secretsmanager" &&
    /^\d{12}$/.test(accountId) &&
    /^secret:./.test(resource);
  return isSecret && /^[a-z0-9-]+$/.test(region) ? region : undefined;
}

/** By default a client waits without end, and a caller waits for it. */
const BOUNDS = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

/** In Secrets Manager's error for a secret that has no value yet. */
const NO_VALUE = "staging label";

/** Secrets Manager did not answer, or not now: the error is transient. */
export class SecretUnavailable extends UserError {}

/**
 * Reads a secret's text from Secrets Manager.
 *
 * @param arn - of the secret
 * @returns its text; empty if it has no value yet
 * @throws SecretUnavailable if the error is transient, UserError otherwise; both begin with the event that an alarm
 *   counts, and never have a value in them
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
    const failure = `${EVENTS.secretReadFailed}: ${arn} cannot be read (${name}: ${message}).`;
    if (isTransientAwsError(error)) {
      throw new SecretUnavailable(
        `${failure} Try again. If it fails again, check the network path to Secrets Manager.`,
      );
    }
    throw new UserError(
      `${failure} ` +
        "The caller needs secretsmanager:GetSecretValue, kms:Decrypt on its key, and to be allowed by its policy.",
    );
  } finally {
    client.destroy();
  }
}
