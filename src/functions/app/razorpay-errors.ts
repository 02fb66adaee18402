/** Razorpay refused the keys, and those that were read anew as well. */
export class RazorpayRefusedKeys extends Error {
  public override readonly name = "RazorpayRefusedKeys";
}

/** Razorpay says that the request is wrong; it would be wrong the next time too. */
export class RazorpayRejected extends Error {
  public override readonly name = "RazorpayRejected";

  /**
   * @param status - HTTP status
   * @param code - Razorpay's, such as `BAD_REQUEST_ERROR`
   * @param description - Razorpay's, for a developer
   */
  public constructor(
    public readonly status: number,
    public readonly code: string,
    public readonly description: string,
  ) {
    super(`Razorpay rejects the request with ${String(status)} ${code}: ${description}`);
  }
}

/** Razorpay has an order of the receipt for another amount or in another currency. */
export class RazorpayOrderDiffers extends Error {
  public override readonly name = "RazorpayOrderDiffers";

  public constructor(public readonly orderId: string) {
    super(`Razorpay has ${orderId} for the same receipt, with another amount or currency`);
  }
}

/** Razorpay gave no answer that settles the matter. There may be an order: the next call has to look for it. */
export class RazorpayUnavailable extends Error {
  public override readonly name = "RazorpayUnavailable";

  /**
   * @param reason - what the last attempt ended with
   * @param status - HTTP status of its answer, where there was one
   * @param retryAfterSeconds - what Razorpay asks to wait, where it does
   */
  public constructor(
    reason: string,
    public readonly status?: number,
    public readonly retryAfterSeconds?: number,
  ) {
    super(`Razorpay is not available: ${reason}`);
  }
}
