/** How a check ended; `unknown`: AWS did not show the resource. */
export type Outcome = "ok" | "failed" | "unknown";

/** Result of a check. */
export interface Finding {
  readonly outcome: Outcome;
  /** What was found, on one line. */
  readonly detail: string;
  /** What to do, on one line. @default - there is nothing to do */
  readonly remedy?: string;
}
