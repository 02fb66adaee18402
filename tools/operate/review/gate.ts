import { PROTECTED_TYPES } from "../../../src/terraform/protection";
import { anyTrue, isEmpty } from "./attribute-changes";
import { newlyOpened } from "./ingress";
import { attribute, isObject, valueAt, type Json } from "../../shared/json";
import { actionOf, type Action, type PlanJson, type ResourceChange } from "../../shared/terraform/plan-json";
import { compareStatements } from "../../shared/iam/changes";
import { parsePolicy } from "../../shared/iam/policy";
import { liftedProtection, preventDestroyOf, type PlannedProtection } from "./protection-switch";
import { GUARDS, WEAKENINGS } from "./weakenings";

/** One reason why a plan may not be applied as it is. */
export interface Refusal {
  /** Address of the resource, by which it can be allowed. */
  readonly address: string;
  /** What the plan would do, such as `deleted`. */
  readonly act: string;
  /** What would be lost or opened. */
  readonly lost: string;
  /** True if Terraform itself refuses: only a change of the configuration helps, not allowing the address. */
  readonly byTerraform: boolean;
  /** True if it would be replaced only because an apply was interrupted while creating it. @default false */
  readonly tainted?: boolean;
}

/** The gate's verdict on a plan. */
export interface GateVerdict {
  /** Empty if the plan may be applied. */
  readonly refusals: readonly Refusal[];
  /** Would be refused if they were not allowed by name. */
  readonly allowed: readonly Refusal[];
  /** Allowed addresses for which there is nothing to refuse. */
  readonly unused: readonly string[];
}

/**
 * Policies that can open access, by resource type. A policy is a separate resource that names its subject in an
 * argument, or an argument of its subject.
 */
const POLICIES: Readonly<Record<string, { readonly what: string; readonly subject?: string }>> = {
  aws_kms_key: { what: "key" },
  aws_kms_key_policy: { what: "key", subject: "key_id" },
  aws_secretsmanager_secret: { what: "secret" },
  aws_secretsmanager_secret_policy: { what: "secret", subject: "secret_arn" },
  aws_sns_topic: { what: "topic" },
  aws_sns_topic_policy: { what: "topic", subject: "arn" },
  aws_s3_bucket: { what: "bucket" },
  aws_s3_bucket_policy: { what: "bucket", subject: "bucket" },
};

/** Words for the actions of a plan in a refusal. */
const ACTS: Readonly<Partial<Record<Action, string>>> = {
  delete: "deleted",
  forget: "forgotten: it keeps existing, but Terraform no longer manages it",
  replace: "replaced: it is deleted, and another one is created",
};

/** What a rule works with. */
interface Context extends PlannedProtection {
  /** Addresses that this plan creates, replacements included. */
  readonly created: ReadonlySet<string>;
  /** What this plan does with each resource, by type and id. */
  readonly fates: ReadonlyMap<string, Action | undefined>;
}

/** Why a rule objects to a change. */
type Objection = Pick<Refusal, "act" | "lost">;

type Rule = (change: ResourceChange, context: Context) => readonly Objection[];

const RULES: readonly Rule[] = [loss, takenName, guardLoss, weakening, opening, accessGrant];

/** What {@link judge} works with. */
export interface GateOptions {
  readonly plan: PlanJson;
  /** The synthesized `cdk.tf.json`: a plan does not show which resources have `prevent_destroy`. */
  readonly configuration: Json;
  /** Addresses that the user allowed by name. */
  readonly allowed: readonly string[];
}

/**
 * Refuses changes that lose data or identity, weaken a protection or open access.
 *
 * @returns refusals, in the order of the plan's addresses
 */
export function judge({ plan, configuration, allowed }: GateOptions): GateVerdict {
  const changes = plan.resource_changes ?? [];
  const context: Context = {
    plan,
    created: new Set(changes.filter(({ change }) => change.actions.includes("create")).map(({ address }) => address)),
    fates: new Map(
      changes.map((change) => [identity(change.type, attribute(change.change.before, "id")), actionOf(change)]),
    ),
    preventDestroy: preventDestroyOf(configuration),
  };
  const found = [
    ...changes.flatMap((change) =>
      RULES.flatMap((rule) => rule(change, context)).map((objection) => refusal(change, objection, context)),
    ),
    ...liftedProtection(context),
  ];
  const named = new Set(allowed);
  return {
    refusals: found.filter(({ address, byTerraform }) => byTerraform || !named.has(address)),
    allowed: found.filter(({ address, byTerraform }) => !byTerraform && named.has(address)),
    unused: allowed.filter((address) => !found.some((item) => item.address === address)),
  };
}

/** Terraform's reason to replace what it was interrupted in creating. */
const TAINTED = "replace_because_tainted";

/** `prevent_destroy` ends the planning with an error at that resource. */
function refusal(resource: ResourceChange, objection: Objection, { plan, preventDestroy }: Context): Refusal {
  const { action_reason: reason, address, change } = resource;
  const destroyed = change.actions.includes("delete");
  return {
    address,
    ...objection,
    byTerraform: plan.errored === true && destroyed && preventDestroy.get(address) === true,
    ...(reason === TAINTED && { tainted: true }),
  };
}

/** A resource with data or identity is deleted, forgotten or replaced. */
function loss(change: ResourceChange): Objection[] {
  const action = actionOf(change);
  const lost = PROTECTED_TYPES[change.type];
  const act = action && ACTS[action];
  return lost === undefined || act === undefined ? [] : [{ act, lost }];
}

/** A tainted resource is replaced by one of the same name, which is created first. AWS refuses that. */
function takenName({ action_reason: reason, change }: ResourceChange): Objection[] {
  const name = attribute(change.before, "name");
  const taken = typeof name === "string" && name === attribute(change.after, "name");
  return reason === TAINTED && change.actions[0] === "create" && taken
    ? [{ act: "replaced by one of the same name, created first", lost: "the apply, which would fail on the name" }]
    : [];
}

/** A resource that protects another is deleted, or protects a different one, while the other is kept. */
function guardLoss(resource: ResourceChange, { fates }: Context): Objection[] {
  const { before, after } = resource.change;
  const action = actionOf(resource);
  const act = action && ACTS[action];
  const guard = GUARDS.find(({ type }) => type === resource.type);
  if (!guard || !act) {
    return [];
  }
  const subject = attribute(before, guard.subject);
  const fate = fates.get(identity(guard.of, subject));
  const excused =
    action === "replace"
      ? fate === "delete" || fate === "replace" || attribute(after, guard.subject) === subject
      : fate === "delete" || (fate === "forget" && action === "forget");
  return excused ? [] : [{ act, lost: guard.lost }];
}

/** Identifies a resource, also in the arguments of its guards. */
function identity(type: string, id: Json | undefined): string {
  return `${type} ${JSON.stringify(id ?? null)}`;
}

const LIFECYCLE = "aws_s3_bucket_lifecycle_configuration";

/** A protecting attribute is turned off or lowered. */
function weakening({ address, type, change }: ResourceChange, context: Context): Objection[] {
  // A bucket without lifecycle rules keeps every object, so its first rules weaken it.
  const adds = type === LIFECYCLE && change.before === null && !isCreatedWithSubject(address, "bucket", context);
  if (!(isObject(change.before) || adds) || !isObject(change.after)) {
    return [];
  }
  return WEAKENINGS.filter((row) => row.type === type).flatMap(({ attribute: path, lost, weaker }) => {
    const before = valueAt(change.before, path);
    const after = valueAt(change.after, path);
    if (valueAt(change.after_unknown, path) === true) {
      return isEmpty(before) ? [] : [{ act: `${path} known only after the apply`, lost }];
    }
    const masked = [change.before_sensitive, change.after_sensitive].some((mask) => anyTrue(valueAt(mask, path)));
    return weaker(before, after) ? [{ act: masked ? `${path} weakened` : describe(path, before, after), lost }] : [];
  });
}

/** Everyone gets access. */
function opening({ type, change }: ResourceChange): Objection[] {
  const unknown = INGRESS.test(type) ? RANGES.filter((name) => anyTrue(attribute(change.after_unknown, name))) : [];
  return [
    ...newlyOpened(type, change.before, change.after).map((whom) => `opened to ${whom}`),
    ...unknown.map((name) => `${name} known only after the apply`),
  ].map((act) => ({ act, lost: "the limit on who has access: it would be open to everyone" }));
}

const INGRESS = /^aws_(vpc_security_group_ingress_rule|security_group_rule)$/;

const RANGES = ["cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks"];

/** A policy of a key, secret, topic or bucket allows more, or denies less. */
function accessGrant(resource: ResourceChange, context: Context): Objection[] {
  const { address, change, type } = resource;
  const policy = POLICIES[type];
  if (!policy || !isObject(change.after)) {
    return [];
  }
  const isNew = isCreatedWithSubject(address, policy.subject, context);
  if (attribute(change.after_unknown, "policy") === true) {
    return isNew ? [] : [{ act: "policy known only after the apply", lost: unknownAccess(policy.what) }];
  }
  const before = parsePolicy(attribute(change.before, "policy")) ?? [];
  const after = parsePolicy(attribute(change.after, "policy")) ?? [];
  const masked = [change.before_sensitive, change.after_sensitive].some((mask) => anyTrue(attribute(mask, "policy")));
  return compareStatements(isNew ? [] : before, after)
    .filter((statement) =>
      isNew
        ? statement.public
        : statement.effect === "Deny"
          ? statement.change !== "added"
          : statement.change !== "removed",
    )
    .map(({ change: how, effect, lines, name }) => {
      const lost =
        effect === "Deny" ? `what the ${policy.what} policy denies` : `control of who uses the ${policy.what}`;
      return {
        act: `${effect} statement ${name} ${how}`,
        lost: `${lost}: ${masked ? "(sensitive)" : lines.join("; ")}`,
      };
    });
}

function unknownAccess(what: string): string {
  return `control of who uses the ${what}: what it will allow is not known yet`;
}

/**
 * Whether this plan creates both a policy and its subject: nobody can use the subject yet. A reference in the
 * configuration shows which resource it is.
 */
function isCreatedWithSubject(address: string, subject: string | undefined, { created, plan }: Context): boolean {
  if (!created.has(address) || subject === undefined) {
    return created.has(address);
  }
  const configured = plan.configuration.root_module.resources?.find((resource) => resource.address === address);
  const expression = configured?.expressions?.[subject] as { references?: readonly string[] } | undefined;
  return (expression?.references ?? []).some((reference) => created.has(reference));
}

function describe(path: string, before: Json, after: Json): string {
  const [old, now] = [before, after].map((value) => (value === null ? "not set" : JSON.stringify(value)));
  return isScalar(before) && isScalar(after) ? `${path}: ${old ?? ""} → ${now ?? ""}` : `${path} weakened`;
}

function isScalar(value: Json): boolean {
  return typeof value !== "object" || value === null;
}
