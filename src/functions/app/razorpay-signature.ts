import { createHmac, timingSafeEqual } from "node:crypto";

/** SHA-256 as Razorpay writes it. One spelling: capitals are refused. */
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Whether a webhook's body was signed with a secret: the signature is the HMAC-SHA256 of the body, in hexadecimal. How
 * long the comparison takes does not tell how much of a wrong signature is right.
 *
 * @param rawBody - the bytes as they arrived; JSON that was parsed and written again has others
 * @param signature - header `X-Razorpay-Signature`
 * @param secret - what was typed for the webhook in Razorpay's dashboard
 * @throws RangeError when the secret is empty: with it, anybody could sign
 * @see https://razorpay.com/docs/webhooks/validate-test/
 */
export function isSigned(rawBody: Uint8Array, signature: string | undefined, secret: string): boolean {
  if (secret === "") {
    throw new RangeError("The webhook secret is empty, and with an empty one anybody could sign.");
  }
  if (signature === undefined || !DIGEST.test(signature)) {
    return false;
  }
  return timingSafeEqual(Buffer.from(signature, "hex"), createHmac("sha256", secret).update(rawBody).digest());
}
