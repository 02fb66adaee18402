import type { EnvironmentConfig } from "../../../src/config/schema";

/** How a check ended; `unknown`: what it asks could not be looked at. */
export type Outcome = "ok" | "failed" | "unknown";

/** Whether a failed check stops a plan and an apply. */
export type Kind = "blocking" | "warning";

/** Who talks to AWS. */
export interface Caller {
  /** Twelve-digit id of the account that the caller is in. */
  readonly account: string;
  /** ARN as STS tells it: of an assumed role, not of the role. */
  readonly arn: string;
}

/** What a check may look at. */
export interface CheckContext {
  readonly config: EnvironmentConfig;
  /** Environment with the caller's AWS settings. */
  readonly env: NodeJS.ProcessEnv;
  /** Known to be in the configuration's account. */
  readonly caller: Caller;
}

/** What a check found. */
export interface Finding {
  readonly outcome: Outcome;
  /** What is so, on one line. */
  readonly detail: string;
  /** What to do, on one line. @default - nothing is to be done */
  readonly remedy?: string;
}

/** One thing that has to be so before an environment is planned or applied. */
export interface Check {
  /** Two or three words. */
  readonly name: string;
  readonly kind: Kind;
  /** True where a look that fails counts as a check that failed. @default false */
  readonly mustBeKnown?: boolean;
  /** May throw what an AWS client throws, and {@link LookDenied}. */
  readonly run: (context: CheckContext) => Promise<Finding>;
}

/** A check that was made, or could not be. */
export interface CheckResult extends Finding {
  readonly name: string;
  readonly kind: Kind;
  /** Who the caller is. @default - unknown, or not this check's to find out */
  readonly caller?: Caller;
}
