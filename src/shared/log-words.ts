/**
 * Words that the function logs and the metric filters match. One module for both sides, so that a
 * word cannot change on one alone.
 */

/** Levels of a log line, as Python's `logging` spells them too. */
export const LEVELS = { info: "INFO", warning: "WARNING", error: "ERROR" } as const;

/** One of {@link LEVELS}. */
export type Level = (typeof LEVELS)[keyof typeof LEVELS];

/** Events that an alarm counts. */
export const EVENTS = {
  /** The app could not read or decrypt a secret. */
  secretReadFailed: "SECRET_READ_FAILED",
} as const;

/**
 * AWS's own words for a denied read or decrypt of a secret, as its SDKs put them into an exception.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export const DENIED_SECRET_MESSAGES = [
  "is not authorized to perform: secretsmanager:",
  "is not authorized to perform: kms:Decrypt",
  "Access to KMS is not allowed",
  "DecryptionFailure",
] as const;
