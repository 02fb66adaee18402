import { attribute, isObject, parseJson, type Json } from "../../shared/json";
import type { Change } from "../../shared/terraform/plan-json";
import { compareStatements, type StatementChange } from "../../shared/iam/changes";
import { parsePolicy } from "../../shared/iam/policy";

/** One side of a change. `absent`: the attribute does not exist. */
export type Side =
  | { readonly kind: "known"; readonly value: Json }
  | { readonly kind: "unknown" }
  | { readonly kind: "sensitive" }
  | { readonly kind: "absent" };

/** One attribute that changes. */
export interface AttributeChange {
  /** Its path in the resource, such as `rule[0].noncurrent_version_expiration[0].noncurrent_days`. */
  readonly path: string;
  readonly before: Side;
  readonly after: Side;
  /** Whether the change of this attribute replaces the resource. */
  readonly forcesReplacement: boolean;
  /** Set if both sides are policies, or one is and the other is absent. */
  readonly statements?: readonly StatementChange[];
}

const ABSENT: Side = { kind: "absent" };

/** The same path in every tree of a change. */
interface Place {
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly unknown: Json | undefined;
  readonly sensitiveBefore: Json | undefined;
  readonly sensitiveAfter: Json | undefined;
}

/**
 * The changes of a resource, attribute by attribute, down to the value that differs. JSON in a text is compared as JSON,
 * a policy by its statements. Values that Terraform marks as sensitive are masked: no caller sees them.
 */
export function attributeChanges(change: Change): AttributeChange[] {
  const forcing = new Set((change.replace_paths ?? []).map((path) => renderPath(path)));
  const places = differences({
    path: "",
    before: change.before,
    after: change.after,
    unknown: change.after_unknown,
    sensitiveBefore: change.before_sensitive,
    sensitiveAfter: change.after_sensitive,
  });
  return withoutInheritedTags(places).map((place) => ({
    path: place.path,
    before: side(place.before, undefined, place.sensitiveBefore),
    after: side(place.after, place.unknown, place.sensitiveAfter),
    forcesReplacement: [...forcing].some((path) => isWithin(place.path, path) || isWithin(path, place.path)),
    ...statementsOf(place),
  }));
}

/** Paths of the attributes that force a replacement. */
export function forcingPaths(change: Change): string[] {
  return (change.replace_paths ?? []).map((path) => renderPath(path));
}

/** A path of Terraform's JSON as text: `rule[0].id`. */
function renderPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => join(text, step), "");
}

function join(path: string, step: string | number): string {
  if (typeof step === "number") {
    return `${path}[${String(step)}]`;
  }
  return path === "" ? step : `${path}.${step}`;
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}

/** Descends while both sides have the same structure, and stops at values that differ. */
function differences(place: Place): Place[] {
  const { before, after, unknown, sensitiveBefore, sensitiveAfter } = place;
  if (sensitiveBefore === true || sensitiveAfter === true || unknown === true) {
    return unknown === true || !same(before, after) ? [place] : [];
  }
  const deeper = descend(place);
  if (deeper !== undefined) {
    return deeper;
  }
  if (isObject(before) && (isObject(after) || (after === null && isObject(unknown)))) {
    const names = new Set([...Object.keys(before), ...keysOf(after), ...keysOf(unknown)]);
    return [...names].sort().flatMap((name) => differences(member(place, name)));
  }
  if (before === null && isObject(after)) {
    const names = new Set([...Object.keys(after), ...keysOf(unknown)]);
    return [...names].sort().flatMap((name) => differences(member(place, name)));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length && after.some(hasMembers)) {
    return after.flatMap((_, index) => differences(member(place, index)));
  }
  if (anyTrue(unknown)) {
    return [place];
  }
  return same(before, after) ? [] : [place];
}

/** Compares texts as JSON if both are. A policy is not split, because it is compared by statement. */
function descend(place: Place): Place[] | undefined {
  const before = parseJson(place.before);
  const after = parseJson(place.after);
  if (before === undefined || after === undefined) {
    return undefined;
  }
  if (parsePolicy(place.before) && parsePolicy(place.after)) {
    return statementsOf(place).statements?.length === 0 ? [] : [place];
  }
  return differences({ ...place, before, after });
}

function member(place: Place, step: string | number): Place {
  const at = (tree: Json | undefined): Json | undefined =>
    typeof step === "number" ? (tree as readonly Json[] | undefined)?.[step] : attribute(tree ?? null, step);
  return {
    path: join(place.path, step),
    before: at(place.before),
    after: at(place.after),
    unknown: at(place.unknown),
    sensitiveBefore: at(place.sensitiveBefore),
    sensitiveAfter: at(place.sensitiveAfter),
  };
}

function side(value: Json | undefined, unknown: Json | undefined, sensitive: Json | undefined): Side {
  if (sensitive !== undefined && anyTrue(sensitive)) {
    return { kind: "sensitive" };
  }
  if (unknown !== undefined && anyTrue(unknown)) {
    return { kind: "unknown" };
  }
  return value === undefined || value === null ? ABSENT : { kind: "known", value };
}

function statementsOf({ before, after, unknown, sensitiveBefore, sensitiveAfter }: Place): {
  statements?: readonly StatementChange[];
} {
  const old = parsePolicy(before);
  const now = parsePolicy(after);
  const masked = anyTrue(sensitiveBefore) || anyTrue(sensitiveAfter);
  const comparable = unknown !== true && !masked && (old ?? now) !== undefined;
  if (!comparable || (old === undefined && !isEmpty(before)) || (now === undefined && !isEmpty(after))) {
    return {};
  }
  return { statements: compareStatements(old ?? [], now ?? []) };
}

/** `tags_all` is `tags` with the provider's defaults: it gets a line only if the defaults differ. */
function withoutInheritedTags(places: readonly Place[]): Place[] {
  const paths = new Set(places.map(({ path }) => path));
  return places.filter(({ path }) => {
    const own = path.replace(/^tags_all/, "tags");
    return own === path || !(paths.has(own) || (path.startsWith("tags_all.") && paths.has("tags")));
  });
}

function keysOf(value: Json | undefined): string[] {
  return isObject(value) ? Object.keys(value) : [];
}

function hasMembers(value: Json): boolean {
  return isObject(value) || Array.isArray(value);
}

/** Whether a mask has any `true`. */
export function anyTrue(mask: Json | undefined): boolean {
  if (mask === true) {
    return true;
  }
  return typeof mask === "object" && mask !== null && Object.values(mask).some((child) => anyTrue(child));
}

/** Whether a value is absent, which providers write as null, "", [] or {}. */
export function isEmpty(value: Json | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    (typeof value === "object" && Object.keys(value).length === 0)
  );
}

/** Whether two values are equal; all forms of absence are. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  return (isEmpty(a) && isEmpty(b)) || JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: Json | undefined): Json | undefined {
  if (isObject(value)) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, child]): [string, Json] => [key, sorted(child) ?? null]));
  }
  return Array.isArray(value) ? (value as readonly Json[]).map((child) => sorted(child) ?? null) : value;
}
