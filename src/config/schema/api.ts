import type * as z from "zod/mini";
import { EXECUTION_LOG_LEVELS } from "../../constructs/api/limits";
import { choice, decimal, integer, section } from "./field";

/** The REST API's limits and logs. */
export const api = section({
  /** Steady-state requests per second, for the stage and the usage plan. */
  throttleRateLimit: integer({
    min: 1,
    max: 10_000,
    unit: "requests per second",
    source: "handover",
    reason: "20 RPS",
  }),
  /** Requests at once above the steady rate, for the stage and the usage plan. */
  throttleBurstLimit: integer({ min: 1, max: 5_000, unit: "requests", source: "handover", reason: "60 burst" }),
  /** Requests a month that one API key of the usage plan may make. */
  monthlyQuota: integer({
    min: 1,
    unit: "requests per month",
    source: "handover",
    reason: "100k a month for each API key of the usage plan",
  }),
  /** What the stage's execution log holds; request and response bodies are never logged. */
  executionLogLevel: choice(EXECUTION_LOG_LEVELS, {
    source: "project",
    reason:
      "Each step of a request where data is disposable, errors alone where it is protected; bodies are never logged",
  }),
});

/** When the alarms fire: at the threshold and above. */
export const alarms = section({
  /** Length of a period in seconds; a multiple of 60. */
  periodSeconds: decimal({
    rule: "a multiple of 60 from 60 to 3600",
    isRight: (value) => Number.isInteger(value / 60) && value >= 60 && value <= 3600,
    unit: "seconds",
    source: "project",
    reason: "Five minutes: soon enough to act, long enough for AWS's metrics to arrive",
  }),
  /** Function errors within a period. */
  lambdaErrors: threshold("The shop is small: each error is worth a look"),
  /** 5xx answers of the API within a period. */
  apiServerErrors: threshold("As for the function"),
  /** Denied reads or decryptions of a secret within a period. */
  secretsManagerFailures: threshold("One denied secret means that all are"),
  /** Average capacity in Aurora capacity units … */
  auroraCapacity: decimal({
    rule: "a capacity above 0 and at most database.maxCapacity, or the alarm can never fire",
    isRight: (value) => value > 0,
    unit: "ACU",
    source: "handover",
    reason: "`Aurora-ACU-High`",
  }),
  /** … over this many periods in a row. CloudWatch looks back one day at most. */
  auroraCapacityPeriods: integer({
    min: 1,
    max: 24,
    unit: "periods",
    source: "project",
    reason: "Ten minutes: a short burst is what scaling is for",
  }),
});

function threshold(reason: string): z.ZodMiniNumberFormat {
  return integer({ min: 1, unit: "per period", source: "project", reason });
}
