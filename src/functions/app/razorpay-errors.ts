/** Razorpay refused the keys, even after they were read again. */
export class RazorpayRefusedKeys extends Error {
  public override readonly name = "RazorpayRefusedKeys";
}

/** Razorpay rejected the request. The same request would be rejected again. */
export class RazorpayRejected extends Error {
  public override readonly name = "RazorpayRejected";

  /**
   * @param status - HTTP status
   * @param code - Razorpay's code, such as `BAD_REQUEST_ERROR`
   * @param description - Razorpay's text for developers
   */
  public constructor(
    public readonly status: number,
    public readonly code: string,
    public readonly description: string,
  ) {
    super(`Razorpay rejects the request with ${String(status)} ${code}: ${description}`);
  }
}

/** Razorpay already has an order with this receipt, but another amount or currency. */
export class RazorpayOrderDiffers extends Error {
  public override readonly name = "RazorpayOrderDiffers";

  public constructor(public readonly orderId: string) {
    super(`Razorpay has ${orderId} for the same receipt, with another amount or currency`);
  }
}

/** Razorpay gave no usable answer. It may have created the order, so the next call has to search for it. */
export class RazorpayUnavailable extends Error {
  public override readonly name = "RazorpayUnavailable";

  /**
   * @param reason - why the last attempt failed
   * @param status - HTTP status, if there was an answer
   * @param retryAfterSeconds - wait that Razorpay asks for, if it does
   */
  public constructor(
    reason: string,
    public readonly status?: number,
    public readonly retryAfterSeconds?: number,
  ) {
    super(`Razorpay is not available: ${reason}`);
  }
}
