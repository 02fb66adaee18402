import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { UserError } from "../../../src/shared/user-error";
import { StackTerraform } from "../../shared/terraform/stack-terraform";
import { stackFolder, synthesize } from "../../shared/terraform/synthesize";
import type { ProgressEvent } from "../../shared/terraform/terraform";
import { requireSavedState } from "../../shared/terraform/unsaved-state";
import type { CheckResult } from "../preflight/check";
import { callerOf, preflight, requirePassing } from "../preflight/preflight";
import { discardPlan, PLAN_FILE, readRecord, type PlanRecord } from "./record";
import { refusals } from "./refusals";

/** What {@link applyReviewed} works with. */
export interface ApplyOptions {
  readonly config: EnvironmentConfig;
  /** Folder of the synthesized stacks, in which the plan was saved. */
  readonly outdir: string;
  /** Environment with the caller's AWS settings. */
  readonly env: NodeJS.ProcessEnv;
  /** Age in hours up to which a plan may be applied. */
  readonly maxAgeHours: number;
  /** Called with the results of the checks, before Terraform starts. */
  readonly onChecked: (results: readonly CheckResult[]) => void;
  /** Called once, when Terraform starts on the plan. */
  readonly onStart: (record: PlanRecord) => void;
  readonly onEvent: (event: ProgressEvent) => void;
  /** Registers a cleanup that runs at the end, also after an interrupt. */
  readonly onExit: (clean: () => Promise<void>) => void;
}

/** The result of an apply. */
export interface Applied {
  readonly record: PlanRecord;
  /** Outputs of the stack; none if there was nothing to apply. */
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Applies the plan that was reviewed, and no other. An applied plan is deleted.
 *
 * @throws UserError when there is no plan, when it is no longer what was reviewed, or when Terraform fails
 */
export async function applyReviewed(options: ApplyOptions): Promise<Applied> {
  const { config, env, onEvent, onStart, outdir } = options;
  const terraform = new StackTerraform({ outdir, environment: config.name, env });
  const { folder } = terraform;
  const record = readRecord(folder);
  if (!record) {
    throw new UserError(
      `There is no reviewed plan of ${config.name} in ${folder}. Create one: npm run plan -- ${config.name}`,
    );
  }
  requireSavedState(folder);
  await requireAsReviewed(options, record, terraform);
  if (record.verdict === "no changes") {
    return { record, outputs: {} };
  }
  await terraform.initIfNeeded();
  onStart(record);
  await terraform.apply(PLAN_FILE, onEvent);
  discardPlan(folder);
  return { record, outputs: await terraform.outputs() };
}

/** Checks the account, and compares the plan with the sources, which it synthesizes into another folder. */
async function requireAsReviewed(
  { config, env, maxAgeHours, onChecked, onExit }: ApplyOptions,
  record: PlanRecord,
  { folder, stack }: StackTerraform,
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), "aleenascuisine-apply-"));
  onExit(() => rm(scratch, { recursive: true, force: true }));
  const [results] = await Promise.all([preflight({ config, env }), synthesize(scratch)]);
  onChecked(results);
  requirePassing(results);
  const why = refusals(record, {
    config,
    folder,
    fresh: stackFolder(scratch, stack),
    account: callerOf(results)?.account ?? "unknown",
    endpoint: env.AWS_ENDPOINT_URL ?? null,
    maxAgeHours,
    now: new Date(),
  });
  if (why.length > 0) {
    throw new UserError(
      [
        `The plan in ${folder} is not applied, and nothing was changed:`,
        ...why.map((reason) => `  - ${reason}`),
        `Plan and review again: npm run plan -- ${config.name}`,
      ].join("\n"),
    );
  }
}
