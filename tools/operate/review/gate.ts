import { PROTECTED_TYPES } from "../../../src/terraform/protection";
import { anyTrue, isEmpty } from "./attribute-changes";
import { newlyOpened } from "./ingress";
import { attribute, isObject, type Json } from "../../shared/json";
import { actionOf, type Action, type PlanJson, type ResourceChange } from "../../shared/terraform/plan-json";
import { compareStatements } from "../../shared/iam/changes";
import { parsePolicy } from "../../shared/iam/policy";
import { GUARDS, WEAKENINGS } from "./weakenings";

/** One reason why a plan may not be applied as it is. */
export interface Refusal {
  /** The resource; what has to be allowed by name. */
  readonly address: string;
  /** What the plan would do, such as `replaced`. */
  readonly act: string;
  /** What would be lost or opened. */
  readonly lost: string;
  /** True where Terraform itself refuses: an allowance does not help, the configuration has to. */
  readonly byTerraform: boolean;
  /** True where it would be replaced only because an apply was interrupted while it was made. @default false */
  readonly tainted?: boolean;
}

/** What the gate says of a plan. */
export interface GateVerdict {
  /** Empty if the plan may be applied. */
  readonly refusals: readonly Refusal[];
  /** What would have been refused, but was allowed by name. */
  readonly allowed: readonly Refusal[];
  /** Addresses that were allowed, and nothing was refused of them. */
  readonly unused: readonly string[];
}

/**
 * Policies in which a new or changed Allow opens access, by the resource type that has them. What they are
 * the policy of can have it in an argument of its own, too.
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

/** What the acts of a plan are called in a refusal. */
const ACTS: Readonly<Partial<Record<Action, string>>> = {
  delete: "deleted",
  forget: "forgotten: it stands on, and Terraform no longer knows it",
  replace: "replaced: this one is deleted, and another is made",
};

/** Everything that a rule looks at. */
interface Context {
  readonly plan: PlanJson;
  /** Resources that are made by this plan, replacements included. */
  readonly made: ReadonlySet<string>;
  /** What this plan does with the resources that guards protect, by type and id. */
  readonly fates: ReadonlyMap<string, Action | undefined>;
  /** Resources of the configuration, and whether they carry `prevent_destroy`. */
  readonly preventDestroy: ReadonlyMap<string, boolean>;
}

/** What a rule found, but for the address. */
type Finding = Pick<Refusal, "act" | "lost">;

type Rule = (change: ResourceChange, context: Context) => readonly Finding[];

const RULES: readonly Rule[] = [loss, takenName, guardLoss, weakening, opening, accessGrant];

/** What the gate is asked with. */
export interface GateOptions {
  readonly plan: PlanJson;
  /** The synthesized `cdk.tf.json`: a plan does not say what carries `prevent_destroy`. */
  readonly configuration: Json;
  /** Addresses that the user allowed by name. */
  readonly allowed: readonly string[];
}

/**
 * Looks for what loses data or identity, weakens a protection or opens access.
 *
 * @returns refusals, in the order of the plan's addresses
 */
export function judge({ plan, configuration, allowed }: GateOptions): GateVerdict {
  const changes = plan.resource_changes ?? [];
  const context: Context = {
    plan,
    made: new Set(changes.filter(({ change }) => change.actions.includes("create")).map(({ address }) => address)),
    fates: new Map(
      changes.map((change) => [identity(change.type, attribute(change.change.before, "id")), actionOf(change)]),
    ),
    preventDestroy: preventDestroyOf(configuration),
  };
  const found = [
    ...changes.flatMap((change) =>
      RULES.flatMap((rule) => rule(change, context)).map((finding) => refusal(change, finding, context)),
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

/** Terraform's reason to make anew what it was interrupted in making. */
const TAINTED = "replace_because_tainted";

/** Planning ends with an error where `prevent_destroy` stands in the way, and says so of nothing else. */
function refusal(resource: ResourceChange, finding: Finding, { plan, preventDestroy }: Context): Refusal {
  const { action_reason: reason, address, change } = resource;
  const destroyed = change.actions.includes("delete");
  return {
    address,
    ...finding,
    byTerraform: plan.errored === true && destroyed && preventDestroy.get(address) === true,
    ...(reason === TAINTED && { tainted: true }),
  };
}

/** What holds data or identity goes, or is made anew. */
function loss(change: ResourceChange): Finding[] {
  const action = actionOf(change);
  const lost = PROTECTED_TYPES[change.type];
  const act = action && ACTS[action];
  return lost === undefined || act === undefined ? [] : [{ act, lost }];
}

/** What was interrupted while it was made, and would be made anew before it goes: AWS refuses a second of its name. */
function takenName({ action_reason: reason, change }: ResourceChange): Finding[] {
  const name = attribute(change.before, "name");
  const taken = typeof name === "string" && name === attribute(change.after, "name");
  return reason === TAINTED && change.actions[0] === "create" && taken
    ? [{ act: "made anew before this one goes, under the same name", lost: "the apply, which would fail on the name" }]
    : [];
}

/** What protects another resource goes, or turns to another one, and that one stays. */
function guardLoss(resource: ResourceChange, { fates }: Context): Finding[] {
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

/** What a resource is called by, in its guards as well. */
function identity(type: string, id: Json | undefined): string {
  return `${type} ${JSON.stringify(id ?? null)}`;
}

const LIFECYCLE = "aws_s3_bucket_lifecycle_configuration";

/** An attribute that protects is turned off or down. */
function weakening({ address, type, change }: ResourceChange, context: Context): Finding[] {
  // A bucket without lifecycle rules keeps everything: the first rules take that away.
  const adds = type === LIFECYCLE && change.before === null && !isMadeWithSubject(address, "bucket", context);
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

/** The world is let in. */
function opening({ type, change }: ResourceChange): Finding[] {
  const unknown = INGRESS.test(type) ? RANGES.filter((name) => anyTrue(attribute(change.after_unknown, name))) : [];
  return [
    ...newlyOpened(type, change.before, change.after).map((whom) => `opened to ${whom}`),
    ...unknown.map((name) => `${name} known only after the apply`),
  ].map((act) => ({ act, lost: "a closed door: anyone may call" }));
}

const INGRESS = /^aws_(vpc_security_group_ingress_rule|security_group_rule)$/;

const RANGES = ["cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks"];

/** A policy of a key, secret, topic or bucket allows more, or forbids less. */
function accessGrant(resource: ResourceChange, context: Context): Finding[] {
  const { address, change, type } = resource;
  const policy = POLICIES[type];
  if (!policy || !isObject(change.after)) {
    return [];
  }
  const isNew = isMadeWithSubject(address, policy.subject, context);
  if (attribute(change.after_unknown, "policy") === true) {
    return isNew ? [] : [{ act: "a policy that is known only after the apply", lost: unknownAccess(policy.what) }];
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
        effect === "Deny" ? `what the ${policy.what} policy forbids` : `control of who uses the ${policy.what}`;
      return {
        act: `${effect} statement ${name} ${how}`,
        lost: `${lost}: ${masked ? "(sensitive)" : lines.join("; ")}`,
      };
    });
}

function unknownAccess(what: string): string {
  return `control of who uses the ${what}: nobody can read now what it will allow`;
}

/**
 * Whether a policy and what it is a policy of are both made by this plan: nobody uses what does not
 * stand yet. The subject is what the configuration's reference names.
 */
function isMadeWithSubject(address: string, subject: string | undefined, { made, plan }: Context): boolean {
  if (!made.has(address) || subject === undefined) {
    return made.has(address);
  }
  const configured = plan.configuration.root_module.resources?.find((resource) => resource.address === address);
  const expression = configured?.expressions?.[subject] as { references?: readonly string[] } | undefined;
  return (expression?.references ?? []).some((reference) => made.has(reference));
}

/**
 * The protection switch: what stands is protected, and the configuration would let it go. A plan shows
 * nothing of `prevent_destroy`; that the database is protected against deletion, or was until somebody
 * turned it off outside Terraform, tells that the environment's data is.
 */
function liftedProtection({ plan, preventDestroy }: Context): Refusal[] {
  const standing = plan.prior_state?.values?.root_module.resources ?? [];
  const known = [
    ...standing.map(({ type, values }) => ({ type, values })),
    ...(plan.resource_drift ?? []).map(({ type, change }) => ({ type, values: change.before })),
  ];
  if (
    !known.some(({ type, values }) => type === "aws_rds_cluster" && attribute(values, "deletion_protection") === true)
  ) {
    return [];
  }
  return standing
    .filter(({ address, type }) => type in PROTECTED_TYPES && preventDestroy.get(address) === false)
    .map(({ address, type }) => ({
      address,
      act: "prevent_destroy taken away",
      lost: `Terraform's refusal to destroy ${PROTECTED_TYPES[type] ?? ""}`,
      byTerraform: false,
    }));
}

/** Resources of the configuration by address, and whether they carry `prevent_destroy`. */
function preventDestroyOf(configuration: Json): Map<string, boolean> {
  const types = Object.entries(attribute(configuration, "resource") ?? {}) as [
    string,
    Readonly<Record<string, Json>>,
  ][];
  return new Map(
    types.flatMap(([type, resources]) =>
      Object.entries(resources).map(([name, resource]): [string, boolean] => [
        `${type}.${name}`,
        valueAt(resource, "lifecycle.prevent_destroy") === true,
      ]),
    ),
  );
}

/** The value at a path of names; into a list of one block without its index. Null where there is none. */
function valueAt(tree: Json, path: string): Json {
  return path.split(".").reduce<Json>((value, name) => {
    const whole: Json = Array.isArray(value) && value.length === 1 ? ((value as readonly Json[])[0] ?? null) : value;
    return attribute(whole, name) ?? null;
  }, tree);
}

function describe(path: string, before: Json, after: Json): string {
  const [old, now] = [before, after].map((value) => (value === null ? "not set" : JSON.stringify(value)));
  return isScalar(before) && isScalar(after) ? `${path}: ${old ?? ""} → ${now ?? ""}` : `${path} weakened`;
}

function isScalar(value: Json): boolean {
  return typeof value !== "object" || value === null;
}
