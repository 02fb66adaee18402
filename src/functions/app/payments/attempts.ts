/** What Razorpay tells of an attempt, in the order in which one follows the other. A customer may try again. */
export const STATUSES = ["failed", "authorized", "captured", "refunded"] as const;

/** One of `failed`, `authorized`, `captured` and `refunded`. */
export type AttemptStatus = (typeof STATUSES)[number];

/** One try of a customer to pay: a payment, as Razorpay calls it. An order at Razorpay can have several. */
export interface Attempt {
  /** Razorpay's id, such as `pay_29QQoUBi66xm2f`. */
  readonly id: string;
  readonly status: AttemptStatus;
}

/**
 * Takes news of an attempt. Its status only moves forward.
 *
 * @returns the attempts as they are now, in the order in which they were first heard of; undefined where it is no news
 */
export function withNews(attempts: readonly Attempt[], news: Attempt): Attempt[] | undefined {
  const known = attempts.find(({ id }) => id === news.id);
  if (known === undefined) {
    return [...attempts, news];
  }
  return STATUSES.indexOf(known.status) < STATUSES.indexOf(news.status)
    ? attempts.map((attempt) => (attempt === known ? news : attempt))
    : undefined;
}

/**
 * The attempt that a payment goes by: one that holds its money now, else one whose money went back, else one that may
 * still come to it, else one that failed. Of several it is the first.
 */
export function decisive(attempts: readonly Attempt[]): Attempt | undefined {
  const [first] = (["captured", "refunded", "authorized", "failed"] as const).flatMap((status) =>
    attempts.filter((attempt) => attempt.status === status),
  );
  return first;
}
