import { UserError } from "../shared/user-error";

/** Contents of a database's secret. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * The credentials in a database's secret.
 *
 * @param arn - of the secret, for the message
 * @param text - `{"username": …, "password": …}`
 * @throws UserError if it has another form. JSON.parse quotes what it cannot read, so its message is not passed on
 */
export function credentialsIn(arn: string, text: string): Credentials {
  let value: Partial<Credentials> | null;
  try {
    value = JSON.parse(text) as Partial<Credentials> | null;
  } catch {
    value = null;
  }
  if (typeof value?.username !== "string" || typeof value.password !== "string") {
    throw new UserError(`${arn} does not hold {"username": "…", "password": "…"}. Fix its value.`);
  }
  return { username: value.username, password: value.password };
}
