import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../../src/config/environment";
import { UserError } from "../../../src/shared/user-error";
import { stackName } from "../../../src/config/names";
import type { Caller, CheckResult } from "../preflight/check";
import { callerOf, preflight, requirePassing } from "../preflight/preflight";
import { hintsFor } from "../../shared/terraform/explain-failure";
import { initialise } from "../../shared/terraform/initialise";
import { stackFolder, synthesize } from "../../shared/terraform/synthesize";
import { Terraform, TerraformFailure } from "../../shared/terraform/terraform";
import { requireSavedState } from "../../shared/terraform/unsaved-state";
import { judge } from "../review/gate";
import type { Json, PlanJson } from "../../shared/terraform/plan-json";
import { renderMarkdown } from "../review/render-markdown";
import { changesAnything, reviewPlan, type Review } from "../review/review";
import { fileHash, fingerprint } from "./fingerprint";
import { discardPlan, PLAN_FILE, REVIEW_FILES, writeRecord, type PlanRecord } from "./record";

/** What every plan is made with. */
interface CommonOptions {
  readonly config: EnvironmentConfig;
  /** Environment with the caller's AWS settings. */
  readonly env: NodeJS.ProcessEnv;
  /** Addresses that may be lost or weakened. */
  readonly allowed: readonly string[];
  /** Told what is being done. */
  readonly onProgress: (text: string) => void;
}

/** What {@link makePlan} works with. */
export interface PlanOptions extends CommonOptions {
  /** Folder that receives the synthesized stacks. */
  readonly outdir: string;
  /** Told what the checks found, before Terraform starts. */
  readonly onChecked: (results: readonly CheckResult[]) => void;
}

/** What {@link planStack} works with. */
export interface StackPlanOptions extends CommonOptions {
  /** Folder of the synthesized stack. */
  readonly folder: string;
  /** Who plans, for the record. @default - unknown */
  readonly caller?: Caller;
}

/**
 * Synthesizes, checks, plans, and reviews the plan. Leaves in the stack's folder the saved plan, the
 * record of what it was made from, and the review as Markdown and as JSON; if it fails, none of them.
 *
 * @throws UserError when a blocking check failed, or Terraform cannot plan
 */
export async function makePlan({ onChecked, outdir, ...options }: PlanOptions): Promise<Review> {
  const { config, env, onProgress } = options;
  const folder = stackFolder(outdir, stackName(config.name));
  requireSavedState(folder);
  discardPlan(folder);
  onProgress("synthesizing and checking");
  const [results] = await Promise.all([preflight({ config, env }), synthesize(outdir)]);
  onChecked(results);
  requirePassing(results);
  return planStack({ ...options, folder, caller: callerOf(results) });
}

/**
 * Plans a synthesized stack and reviews the plan, as {@link makePlan} does once everything is checked.
 *
 * @throws UserError when Terraform cannot plan
 */
export async function planStack(options: StackPlanOptions): Promise<Review> {
  const { env, folder, onProgress } = options;
  const terraform = new Terraform(folder, env);
  await initialise(terraform, env);
  onProgress("planning");
  const planned = fingerprint(folder);
  const warnings: string[] = [];
  const { errors } = await terraform.savePlan(PLAN_FILE, ({ diagnostic }) => {
    if (diagnostic?.severity === "warning") {
      warnings.push([diagnostic.address, diagnostic.summary, diagnostic.detail].filter(Boolean).join(": "));
    }
  });
  try {
    return await review(options, terraform, { planned, errors, warnings });
  } catch (error) {
    discardPlan(folder);
    throw error;
  }
}

/** Reads the saved plan. Errors that are more than Terraform's refusal to destroy leave nothing to review. */
async function review(
  { allowed, caller, config, env, folder }: StackPlanOptions,
  terraform: Terraform,
  { planned, errors, warnings }: { planned: string; errors: readonly string[]; warnings: readonly string[] },
): Promise<Review> {
  const configuration = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as Json;
  if (errors.some((error) => !error.includes(DESTROY_REFUSED))) {
    throw new TerraformFailure("plan", errors, hintsFor(errors, folder));
  }
  const plan = (await terraform.show(PLAN_FILE)) as PlanJson;
  const gate = judge({ plan, configuration, allowed });
  if (errors.length > 0 && gate.refusals.length === 0) {
    throw new TerraformFailure("plan", errors);
  }
  if (fingerprint(folder) !== planned) {
    throw new UserError(`${folder} was written to while it was planned. Nothing was saved; plan again.`);
  }
  const made = reviewPlan(plan, { environment: config.name, stack: stackName(config.name), gate, warnings });
  writeFileSync(join(folder, REVIEW_FILES.json), `${JSON.stringify(made, undefined, 2)}\n`);
  writeFileSync(join(folder, REVIEW_FILES.markdown), renderMarkdown(made));
  writeRecord(folder, {
    version: 1,
    environment: config.name,
    stack: made.stack,
    account: config.account.id,
    caller: caller?.arn ?? "unknown",
    endpoint: env.AWS_ENDPOINT_URL ?? null,
    madeAt: new Date().toISOString(),
    terraformVersion: plan.terraform_version,
    configuration: planned,
    plan: fileHash(join(folder, PLAN_FILE)),
    changes: Object.values(made.counts).reduce((sum, count) => sum + count, 0),
    allowed,
    verdict: verdictOf(made),
  });
  return made;
}

/** Words of Terraform's refusal to destroy what carries `prevent_destroy`. */
const DESTROY_REFUSED = "Instance cannot be destroyed";

function verdictOf(review: Review): PlanRecord["verdict"] {
  if (review.gate.refusals.length > 0) {
    return "refused";
  }
  return changesAnything(review) ? "apply" : "no changes";
}
