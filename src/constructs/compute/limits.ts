/**
 * Lambda instruction sets.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html
 */
export const ARCHITECTURES = ["arm64", "x86_64"] as const;

/** One of {@link ARCHITECTURES}. */
export type Architecture = (typeof ARCHITECTURES)[number];

/** Longest time-out of a function, in seconds. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const LAMBDA_SECONDS = 900;
