import type { RazorpayKeys } from "../../src/functions/app/razorpay";
import {
  SAMPLE_WEBHOOK_SECRET,
  startRazorpayStandIn,
  type RazorpayStandIn,
} from "../../tools/develop/local-app/razorpay-stand-in";
import { present } from "./present";

/** ARN of the secret with Razorpay's keys. */
export const RAZORPAY_ARN = "arn:aws:secretsmanager:ap-south-1:498192039865:secret:aleenascuisine-dev/razorpay-AbCdEf";

/** Text of the secret with Razorpay's keys. */
export function razorpaySecret({ keyId, keySecret }: RazorpayKeys): string {
  return JSON.stringify({ key_id: keyId, key_secret: keySecret, webhook_secret: SAMPLE_WEBHOOK_SECRET });
}

/** Starts a stand-in for Razorpay before the tests of a suite, and stops it after them. Call it at the top. */
export function suiteRazorpay(): () => RazorpayStandIn {
  const state: { standIn?: RazorpayStandIn } = {};
  beforeAll(async () => {
    state.standIn = await startRazorpayStandIn();
  });
  afterAll(() => state.standIn?.close());
  return () => present(state.standIn);
}
