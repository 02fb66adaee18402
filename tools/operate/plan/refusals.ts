import { join } from "node:path";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { fileHash, fingerprint } from "./fingerprint";
import { PLAN_FILE, type PlanRecord } from "./record";

const HOUR_MS = 3_600_000;

/** What a reviewed plan is held against before it is applied. */
export interface Circumstances {
  readonly config: EnvironmentConfig;
  /** Folder that the plan lies in. */
  readonly folder: string;
  /** Folder of the same stack, synthesized just now. */
  readonly fresh: string;
  /** Account of the caller, and AWS endpoint, as they are now. */
  readonly account: string;
  readonly endpoint: string | null;
  /** Age in hours up to which a plan may be applied. */
  readonly maxAgeHours: number;
  readonly now: Date;
}

/**
 * Everything that speaks against applying a plan: one sentence each, none if it is still the plan that was
 * reviewed.
 */
export function refusals(record: PlanRecord, circumstances: Circumstances): string[] {
  const { account, config, endpoint, folder, fresh, maxAgeHours, now } = circumstances;
  const ageHours = (now.getTime() - new Date(record.madeAt).getTime()) / HOUR_MS;
  const checks: readonly (readonly [wrong: boolean, why: string])[] = [
    [record.environment !== config.name, `It is a plan of ${record.environment}, not of ${config.name}.`],
    [record.verdict === "refused", "The gate refused it; its review says what would be lost."],
    [
      record.account !== account,
      `It was made in account ${record.account}, and the credentials are of account ${account}.`,
    ],
    [
      record.endpoint !== endpoint,
      `It was made against ${record.endpoint ?? "AWS"}, and AWS_ENDPOINT_URL now leads to ${endpoint ?? "AWS"}.`,
    ],
    [
      !(ageHours >= 0 && ageHours <= maxAgeHours),
      `It was made at ${record.madeAt}; the most that is taken is ${String(maxAgeHours)} hours (--max-age).`,
    ],
    [record.plan !== fileHash(join(folder, PLAN_FILE)), `${PLAN_FILE} is not the file that was reviewed.`],
    [record.configuration !== fingerprint(fresh), "The sources synthesize something else now than when it was made."],
    [
      record.configuration !== fingerprint(folder),
      "The synthesized stack beside it was changed since: what it deploys is no longer what was reviewed.",
    ],
  ];
  return checks.filter(([wrong]) => wrong).map(([, why]) => why);
}
