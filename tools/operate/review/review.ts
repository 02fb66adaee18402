import { AREA_NAMES, areaOf } from "./areas";
import { attributeChanges, forcingPaths, isEmpty, type AttributeChange } from "./attribute-changes";
import type { GateVerdict } from "./gate";
import { ACTIONS, actionOf, type Action, type PlanJson, type ResourceChange } from "../../shared/terraform/plan-json";

/** What a plan does to one resource. */
export interface ResourceReview {
  readonly address: string;
  readonly action: Action;
  /** Changed attributes; none for a resource that is deleted or forgotten. */
  readonly attributes: readonly AttributeChange[];
  /** Number of attributes that AWS computes; they are not listed. */
  readonly computed: number;
  /** Attributes that force a replacement. */
  readonly forcedBy: readonly string[];
  /** Terraform's reason, in words. @default - Terraform gives none */
  readonly reason?: string;
  /** Address before a rename. */
  readonly previousAddress?: string;
  /** Import id of an import. */
  readonly importId?: string;
}

/** One resource that was changed outside Terraform since its last apply. */
export interface Drift {
  readonly address: string;
  readonly change: "changed" | "deleted";
  readonly attributes: readonly AttributeChange[];
}

/** An output of the stack that changes. */
export interface OutputReview {
  readonly name: string;
  readonly attributes: readonly AttributeChange[];
}

/** A plan, made readable. Every rendering shows this and nothing else. */
export interface Review {
  /** Raised when a field changes its meaning or is removed. */
  readonly version: 1;
  readonly environment: string;
  readonly stack: string;
  readonly terraformVersion: string;
  readonly counts: Readonly<Record<Action, number>>;
  /** Areas of the system in which something changes, in the order of `src/constructs`. */
  readonly areas: readonly { readonly area: string; readonly changes: readonly ResourceReview[] }[];
  readonly drift: readonly Drift[];
  readonly outputs: readonly OutputReview[];
  /** Warnings of Terraform and the provider. */
  readonly warnings: readonly string[];
  readonly gate: GateVerdict;
}

/** What a review needs in addition to a plan's JSON. */
export type ReviewContext = Pick<Review, "environment" | "stack" | "gate"> & Partial<Pick<Review, "warnings">>;

/** Terraform's reasons, in words. @see https://developer.hashicorp.com/terraform/internals/json-format#plan-representation */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: "it is tainted: an apply was interrupted while creating it",
  replace_by_request: "its replacement was requested (-replace)",
  replace_by_triggers: "a resource in its replace_triggered_by changes",
  delete_because_no_resource_config: "it is no longer in the configuration",
  delete_because_no_module: "its module is no longer in the configuration",
  delete_because_no_move_target: "the target of its move is not in the configuration",
  delete_because_wrong_repetition: "it no longer matches count or for_each",
  delete_because_count_index: "count is lower now",
  delete_because_each_key: "its key is no longer in for_each",
};

/**
 * Reviews a plan.
 *
 * @param plan - `terraform show -json` of a saved plan
 * @param about - its environment, stack, gate verdict, and warnings if there were any
 */
export function reviewPlan(plan: PlanJson, { warnings = [], ...about }: ReviewContext): Review {
  const configured = configuredAttributes(plan);
  const changes = (plan.resource_changes ?? []).flatMap((change) => {
    const action = actionOf(change);
    return action === undefined ? [] : [{ change, review: reviewResource(change, action, configured) }];
  });
  return {
    version: 1,
    ...about,
    warnings,
    terraformVersion: plan.terraform_version,
    counts: Object.fromEntries(
      ACTIONS.map((action) => [action, changes.filter(({ review }) => review.action === action).length]),
    ) as Record<Action, number>,
    areas: AREA_NAMES.map((area) => ({
      area,
      changes: changes
        .filter(({ change }) => areaOf(change.type) === area)
        .map(({ review }) => review)
        .sort(byAction),
    })).filter(({ changes: found }) => found.length > 0),
    drift: driftOf(plan, configured),
    outputs: Object.entries(plan.output_changes ?? {})
      .filter(([, { actions }]) => actions.join() !== "no-op")
      .map(([name, change]) => ({ name, attributes: attributeChanges(change) })),
  };
}

/** Whether applying the plan changes anything, an output's value included. */
export function changesAnything({ counts, outputs }: Review): boolean {
  return outputs.length > 0 || Object.values(counts).some((count) => count > 0);
}

/** Top-level attributes that the configuration sets, by address. */
type Configured = ReadonlyMap<string, ReadonlySet<string>>;

function configuredAttributes(plan: PlanJson): Configured {
  return new Map(
    (plan.configuration.root_module.resources ?? []).map(({ address, expressions = {} }) => [
      address,
      new Set([...Object.keys(expressions), "tags", "tags_all"]),
    ]),
  );
}

function reviewResource(change: ResourceChange, action: Action, configured: Configured): ResourceReview {
  const { address, action_reason: reason, previous_address: previousAddress } = change;
  const isRemoved = action === "delete" || action === "forget";
  const all = isRemoved ? [] : attributeChanges(change.change);
  const attributes = action === "update" ? all : all.filter((item) => isConfigured(item, configured.get(address)));
  return {
    address,
    action,
    attributes,
    computed: all.length - attributes.length,
    forcedBy: action === "replace" ? forcingPaths(change.change) : [],
    reason: reason === undefined ? undefined : REASONS[reason],
    previousAddress,
    importId: change.change.importing?.id,
  };
}

/** In a new resource, only configured values get a line. */
function isConfigured({ forcesReplacement, path }: AttributeChange, names: ReadonlySet<string> | undefined): boolean {
  return forcesReplacement || (names?.has(/^[^.[]+/.exec(path)?.[0] ?? "") ?? false);
}

/**
 * Drift in configured attributes. Terraform's own list also has computed attributes that became known after the last
 * apply.
 */
function driftOf(plan: PlanJson, configured: Configured): Drift[] {
  return (plan.resource_drift ?? []).flatMap((drift): Drift[] => {
    const { address, change } = drift;
    if (change.actions.join() === "delete") {
      return [{ address, change: "deleted", attributes: [] }];
    }
    const names = configured.get(address);
    const attributes = attributeChanges(change).filter((item) => isConfigured(item, names) && isDecided(item));
    return attributes.length === 0 ? [] : [{ address, change: "changed", attributes }];
  });
}

/** Providers read back more than was configured, so a new value is not drift, unless it is a tag. */
function isDecided({ before, path }: AttributeChange): boolean {
  return path.startsWith("tags") || !(before.kind === "absent" || (before.kind === "known" && isEmpty(before.value)));
}

/** Deletions first, then changes; each sorted by address. */
function byAction(a: ResourceReview, b: ResourceReview): number {
  return ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action) || (a.address < b.address ? -1 : 1);
}
