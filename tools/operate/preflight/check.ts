import type { EnvironmentConfig } from "../../../src/config/schema";
import type { Caller } from "../../shared/aws/account";
import type { Finding } from "../../shared/aws/finding";
import type { AwsSession } from "../../shared/aws/session";

/** Whether a failed check stops a plan and an apply. */
export type Kind = "blocking" | "warning";

/** What a check works with. */
export interface CheckContext {
  readonly config: EnvironmentConfig;
  readonly session: AwsSession;
  /** Known to be in the configuration's account. */
  readonly caller: Caller;
}

/** One thing that must be true before an environment is planned or applied. */
export interface Check {
  /** Two or three words. */
  readonly name: string;
  readonly kind: Kind;
  /** True if a request that fails counts as a failed check. @default false */
  readonly mustBeKnown?: boolean;
  /** May throw what an AWS client throws, and `LookDenied`. */
  readonly run: (context: CheckContext) => Promise<Finding>;
}

/** A check and its result. */
export interface CheckResult extends Finding {
  readonly name: string;
  readonly kind: Kind;
  /** The caller. @default - unknown, or in another check's result */
  readonly caller?: Caller;
}
