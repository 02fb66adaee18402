import { startRazorpayStandIn, type RazorpayStandIn } from "../../tools/app/razorpay-stand-in";

/** Starts a stand-in for Razorpay before the tests of a suite, and stops it after them. To be called at its top. */
export function suiteRazorpay(): () => RazorpayStandIn {
  const state: { standIn?: RazorpayStandIn } = {};
  beforeAll(async () => {
    state.standIn = await startRazorpayStandIn();
  });
  afterAll(() => state.standIn?.close());
  return () => {
    if (!state.standIn) {
      throw new Error("The stand-in is started before the first test, not earlier");
    }
    return state.standIn;
  };
}
