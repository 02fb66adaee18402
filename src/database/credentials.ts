import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { EVENTS } from "../app/log-words";
import { UserError } from "../config/user-error";

/** What a database's secret holds. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * Reads a database's credentials from Secrets Manager.
 *
 * @param secretArn - of a secret with `{"username": …, "password": …}`
 * @param region - of the secret
 * @throws UserError, which never has a value of the secret in it
 */
export async function readCredentials(secretArn: string, region: string): Promise<Credentials> {
  const client = new SecretsManagerClient({ region });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    return parsed(secretArn, SecretString ?? "");
  } catch (error) {
    if (error instanceof UserError) {
      throw error;
    }
    const { name, message } = error as Error;
    throw new UserError(
      `${EVENTS.secretReadFailed}: ${secretArn} cannot be read (${name}: ${message}). ` +
        "Whoever reads it needs secretsmanager:GetSecretValue, kms:Decrypt of its key, and a place in its policy.",
    );
  } finally {
    client.destroy();
  }
}

/** JSON.parse quotes what it cannot read, so that its message is not passed on. */
function parsed(secretArn: string, text: string): Credentials {
  let value: Partial<Credentials> | null;
  try {
    value = JSON.parse(text) as Partial<Credentials> | null;
  } catch {
    value = null;
  }
  if (typeof value?.username !== "string" || typeof value.password !== "string") {
    throw new UserError(`${secretArn} does not hold {"username": "…", "password": "…"}. Mend its value.`);
  }
  return { username: value.username, password: value.password };
}
