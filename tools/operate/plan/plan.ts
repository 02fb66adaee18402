import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { UserError } from "../../../src/shared/user-error";
import type { Caller } from "../../shared/aws/account";
import type { Json } from "../../shared/json";
import type { PlanJson } from "../../shared/terraform/plan-json";
import { StackTerraform } from "../../shared/terraform/stack-terraform";
import { synthesize } from "../../shared/terraform/synthesize";
import { DESTROY_REFUSED, TerraformFailure } from "../../shared/terraform/terraform";
import { requireSavedState } from "../../shared/terraform/unsaved-state";
import type { CheckResult } from "../preflight/check";
import { callerOf, preflight, requirePassing } from "../preflight/preflight";
import { judge } from "../review/gate";
import { renderMarkdown } from "../review/render-markdown";
import { changesAnything, reviewPlan, type Review } from "../review/review";
import { fileHash, fingerprint } from "./fingerprint";
import { discardPlan, PLAN_FILE, REVIEW_FILES, writeRecord, type PlanRecord } from "./record";

/** What every plan needs. */
interface CommonOptions {
  readonly config: EnvironmentConfig;
  /** Addresses that may be lost or weakened. */
  readonly allowed: readonly string[];
  /** Called with each step. */
  readonly onProgress: (text: string) => void;
}

/** What {@link makePlan} works with. */
export interface PlanOptions extends CommonOptions {
  /** Environment with the caller's AWS settings. */
  readonly env: NodeJS.ProcessEnv;
  /** Folder that receives the synthesized stacks. */
  readonly outdir: string;
  /** Called with the results of the checks, before Terraform starts. */
  readonly onChecked: (results: readonly CheckResult[]) => void;
}

/** What {@link planStack} works with. */
export interface StackPlanOptions extends CommonOptions {
  /** Terraform for the environment's synthesized stack. */
  readonly terraform: StackTerraform;
  /** Who plans, for the record. @default - unknown */
  readonly caller?: Caller;
}

/**
 * Synthesizes, checks, plans, and reviews the plan. Saves the plan, its record, and the review as Markdown and as JSON
 * in the stack's folder; none of them if it fails.
 *
 * @throws UserError when a blocking check fails, or Terraform cannot plan
 */
export async function makePlan({ env, onChecked, outdir, ...options }: PlanOptions): Promise<Review> {
  const { config, onProgress } = options;
  const terraform = new StackTerraform({ outdir, environment: config.name, env });
  requireSavedState(terraform.folder);
  discardPlan(terraform.folder);
  onProgress("synthesizing and checking");
  const [results] = await Promise.all([preflight({ config, env }), synthesize(outdir)]);
  onChecked(results);
  requirePassing(results);
  return planStack({ ...options, terraform, caller: callerOf(results) });
}

/**
 * Plans a synthesized stack and reviews the plan, as {@link makePlan} does once everything is checked.
 *
 * @throws UserError when Terraform cannot plan
 */
export async function planStack(options: StackPlanOptions): Promise<Review> {
  const { onProgress, terraform } = options;
  await terraform.initIfNeeded();
  onProgress("planning");
  const planned = fingerprint(terraform.folder);
  const warnings: string[] = [];
  const { errors } = await terraform.savePlan(PLAN_FILE, ({ diagnostic }) => {
    if (diagnostic?.severity === "warning") {
      warnings.push([diagnostic.address, diagnostic.summary, diagnostic.detail].filter(Boolean).join(": "));
    }
  });
  try {
    return await review(options, { planned, errors, warnings });
  } catch (error) {
    discardPlan(terraform.folder);
    throw error;
  }
}

/** Reads the saved plan. With errors other than Terraform's refusal to destroy, there is nothing to review. */
async function review(
  { allowed, caller, config, terraform }: StackPlanOptions,
  { planned, errors, warnings }: { planned: string; errors: readonly string[]; warnings: readonly string[] },
): Promise<Review> {
  const { env, folder, stack } = terraform;
  const configuration = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as Json;
  if (errors.some((error) => !error.includes(DESTROY_REFUSED))) {
    throw new TerraformFailure("plan", errors, terraform.hints(errors));
  }
  const plan = (await terraform.show(PLAN_FILE)) as PlanJson;
  const gate = judge({ plan, configuration, allowed });
  if (errors.length > 0 && gate.refusals.length === 0) {
    throw new TerraformFailure("plan", errors);
  }
  if (fingerprint(folder) !== planned) {
    throw new UserError(`${folder} changed while it was planned. Nothing was saved; plan again.`);
  }
  const made = reviewPlan(plan, { environment: config.name, stack, gate, warnings });
  writeFileSync(join(folder, REVIEW_FILES.json), `${JSON.stringify(made, undefined, 2)}\n`);
  writeFileSync(join(folder, REVIEW_FILES.markdown), renderMarkdown(made));
  writeRecord(folder, {
    version: 1,
    environment: config.name,
    stack,
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

function verdictOf(review: Review): PlanRecord["verdict"] {
  if (review.gate.refusals.length > 0) {
    return "refused";
  }
  return changesAnything(review) ? "apply" : "no changes";
}
