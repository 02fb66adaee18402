import { createHmac, timingSafeEqual } from "node:crypto";

/** SHA-256 as Razorpay writes it. Capital letters are refused. */
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Whether a webhook's body was signed with a secret: the signature is the HMAC-SHA256 of the body, in hexadecimal. The
 * comparison takes constant time.
 *
 * @param rawBody - the bytes as they arrived; parsing and serializing JSON changes them
 * @param signature - header `X-Razorpay-Signature`
 * @param secret - the webhook's secret in Razorpay's dashboard
 * @throws RangeError when the secret is empty: anybody could sign
 * @see https://razorpay.com/docs/webhooks/validate-test/
 */
export function isSigned(rawBody: Uint8Array, signature: string | undefined, secret: string): boolean {
  if (secret === "") {
    throw new RangeError("The webhook secret is empty: anybody could sign.");
  }
  if (signature === undefined || !DIGEST.test(signature)) {
    return false;
  }
  return timingSafeEqual(Buffer.from(signature, "hex"), createHmac("sha256", secret).update(rawBody).digest());
}
