import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../src/shared/user-error";

/** The saved plan, in the folder of its stack. */
export const PLAN_FILE = "reviewed.tfplan";

/** The plan's record, next to it. */
const RECORD_FILE = "reviewed.json";

/** The reviews, next to the plan: for a comment on a pull request, and for programs. */
export const REVIEW_FILES = { markdown: "review.md", json: "review.json" } as const;

/** What a saved plan was made from, and the gate's verdict. */
export interface PlanRecord {
  readonly version: 1;
  readonly environment: string;
  readonly stack: string;
  /** Account and principal that planned. */
  readonly account: string;
  readonly caller: string;
  /** AWS endpoint; null for AWS's own. */
  readonly endpoint: string | null;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  readonly terraformVersion: string;
  /** Hash of the synthesized stack. @see fingerprint */
  readonly configuration: string;
  /** Hash of the plan file. */
  readonly plan: string;
  /** Number of resources that the plan changes. */
  readonly changes: number;
  /** Addresses that were allowed by name. */
  readonly allowed: readonly string[];
  /** What may be done with the plan. */
  readonly verdict: "apply" | "refused" | "no changes";
}

/** Writes the record of a plan. */
export function writeRecord(folder: string, record: PlanRecord): void {
  writeFileSync(join(folder, RECORD_FILE), `${JSON.stringify(record, undefined, 2)}\n`);
}

/**
 * The record of the plan in a folder.
 *
 * @returns undefined if there is no plan
 * @throws UserError when the record cannot be read
 */
export function readRecord(folder: string): PlanRecord | undefined {
  const file = join(folder, RECORD_FILE);
  if (!existsSync(file) || !existsSync(join(folder, PLAN_FILE))) {
    return undefined;
  }
  try {
    const record = JSON.parse(readFileSync(file, "utf8")) as PlanRecord;
    if ((record.version as number) === 1) {
      return record;
    }
  } catch {
    // Handled like a record of another version.
  }
  throw new UserError(`${file} was not written by this version of the project. Plan again.`);
}

/** Deletes a plan that was applied, or that a new one replaces. */
export function discardPlan(folder: string): void {
  for (const name of [PLAN_FILE, RECORD_FILE, ...Object.values(REVIEW_FILES)]) {
    rmSync(join(folder, name), { force: true });
  }
}
