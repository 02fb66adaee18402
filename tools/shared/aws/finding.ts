/** How a look at AWS ended; `unknown`: AWS did not show what was asked for. */
export type Outcome = "ok" | "failed" | "unknown";

/** What a look at AWS found. */
export interface Finding {
  readonly outcome: Outcome;
  /** What was found, on one line. */
  readonly detail: string;
  /** What to do, on one line. @default - there is nothing to do */
  readonly remedy?: string;
}
