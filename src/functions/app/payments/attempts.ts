import type { AttemptRow, AttemptStatus } from "../../../database/queries";

/** Statuses that Razorpay reports about an attempt, in the order in which they can follow each other. */
export const STATUSES = ["failed", "authorized", "captured", "refunded"] as const satisfies readonly AttemptStatus[];

/** One attempt of a customer to pay; Razorpay calls it a payment. An order at Razorpay can have several. */
export type Attempt = Pick<AttemptRow, "id" | "status">;

/**
 * Adds what Razorpay reports about an attempt. Its status only moves forward.
 *
 * @returns the attempts as they are now, in the order in which they were first reported; undefined if nothing is new
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
 * The attempt that counts for a payment: one that is captured, else one that was refunded, else one that may still be
 * captured, else one that failed. Of several it is the first.
 */
export function decisive(attempts: readonly Attempt[]): Attempt | undefined {
  const [first] = (["captured", "refunded", "authorized", "failed"] as const).flatMap((status) =>
    attempts.filter((attempt) => attempt.status === status),
  );
  return first;
}
