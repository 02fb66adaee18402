import { join } from "node:path";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { fileHash, fingerprint } from "./fingerprint";
import { PLAN_FILE, type PlanRecord } from "./record";

const HOUR_MS = 3_600_000;

/** What a reviewed plan is compared with before it is applied. */
export interface Circumstances {
  readonly config: EnvironmentConfig;
  /** Folder of the plan. */
  readonly folder: string;
  /** Folder of the same stack, synthesized just now. */
  readonly fresh: string;
  /** Account of the caller now. */
  readonly account: string;
  /** AWS endpoint now; null for AWS's own. */
  readonly endpoint: string | null;
  /** Age in hours up to which a plan may be applied. */
  readonly maxAgeHours: number;
  readonly now: Date;
}

/** Why a plan must not be applied: one sentence each, none if it is still the plan that was reviewed. */
export function refusals(record: PlanRecord, circumstances: Circumstances): string[] {
  const { account, config, endpoint, folder, fresh, maxAgeHours, now } = circumstances;
  const ageHours = (now.getTime() - new Date(record.madeAt).getTime()) / HOUR_MS;
  const checks: readonly (readonly [wrong: boolean, why: string])[] = [
    [record.environment !== config.name, `It is a plan of ${record.environment}, not of ${config.name}.`],
    [record.verdict === "refused", "The gate refused it; its review shows what would be lost."],
    [
      record.account !== account,
      `It was made in account ${record.account}, and the credentials are for account ${account}.`,
    ],
    [
      record.endpoint !== endpoint,
      `It was made against ${record.endpoint ?? "AWS"}, and the endpoint is now ${endpoint ?? "AWS"} (AWS_ENDPOINT_URL).`,
    ],
    [
      !(ageHours >= 0 && ageHours <= maxAgeHours),
      `It was made at ${record.madeAt}; a plan may be at most ${String(maxAgeHours)} hours old (--max-age).`,
    ],
    [record.plan !== fileHash(join(folder, PLAN_FILE)), `${PLAN_FILE} is not the file that was reviewed.`],
    [record.configuration !== fingerprint(fresh), "The sources now synthesize a different stack."],
    [
      record.configuration !== fingerprint(folder),
      "The synthesized stack next to it was changed: it would no longer deploy what was reviewed.",
    ],
  ];
  return checks.filter(([wrong]) => wrong).map(([, why]) => why);
}
