import { UserError } from "../../shared/user-error";
import { regionOfSecret } from "../../shared/secrets-manager";
import { RAZORPAY_SECRET_VARIABLE } from "../../shared/variables";
import { Problem } from "./problem";

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
 * @throws UserError when it is missing or something else
 */
export function razorpayArn(env: NodeJS.ProcessEnv): string {
  const arn = env[RAZORPAY_SECRET_VARIABLE] ?? "";
  if (regionOfSecret(arn) === undefined) {
    throw new UserError(`${RAZORPAY_SECRET_VARIABLE} is no ARN of a secret: write the one with Razorpay's keys.`);
  }
  return arn;
}

/**
 * Reads the text of the Razorpay secret.
 *
 * @param text - `{"key_id": …, "key_secret": …, "webhook_secret": …}`
 * @throws Problem 503 when it is empty or something else; the text is not in it
 */
export function razorpaySecretIn(text: string): RazorpaySecret {
  const { key_id: keyId, key_secret: keySecret, webhook_secret: webhookSecret } = fields(text);
  if (!isText(keyId) || !isText(keySecret) || !isText(webhookSecret)) {
    throw new Problem(
      503,
      "Payments Not Set Up",
      "The shop's Razorpay keys are not in their secret yet, or not as key_id, key_secret and webhook_secret.",
    );
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
