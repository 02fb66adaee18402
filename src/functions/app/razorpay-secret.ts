import { UserError } from "../../shared/user-error";
import { regionOfSecret } from "../../shared/secrets-manager";
import { RAZORPAY_SECRET_VARIABLE } from "../../shared/variables";
import { problems } from "./problems";

/** What a person puts into the Razorpay secret. */
export interface RazorpaySecret {
  readonly keyId: string;
  readonly keySecret: string;
  readonly webhookSecret: string;
}

/**
 * ARN of the Razorpay secret.
 *
 * @param env - environment variables of the function
 * @throws UserError if it is missing or not an ARN of a secret
 */
export function razorpayArn(env: NodeJS.ProcessEnv): string {
  const arn = env[RAZORPAY_SECRET_VARIABLE] ?? "";
  if (regionOfSecret(arn) === undefined) {
    throw new UserError(
      `${RAZORPAY_SECRET_VARIABLE} is not the ARN of a secret. Set it to the secret with Razorpay's keys.`,
    );
  }
  return arn;
}

/**
 * Reads the text of the Razorpay secret.
 *
 * @param text - `{"key_id": …, "key_secret": …, "webhook_secret": …}`
 * @throws Problem 503 if it is empty or has another form; the problem does not contain the text
 */
export function razorpaySecretIn(text: string): RazorpaySecret {
  const { key_id: keyId, key_secret: keySecret, webhook_secret: webhookSecret } = fields(text);
  if (!isText(keyId) || !isText(keySecret) || !isText(webhookSecret)) {
    throw problems.paymentsNotSetUp();
  }
  return { keyId, keySecret, webhookSecret };
}

function fields(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
