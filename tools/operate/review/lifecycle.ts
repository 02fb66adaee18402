import { isObject, type Json } from "../../shared/json";
import { isEmpty } from "./attribute-changes";

/** Scope of a rule for the whole bucket. */
const EVERYTHING = "everything";

/** Whether objects of any scope expire earlier than under the old rules, those for the whole bucket included. */
export function livesShorter(before: Json, after: Json, block: string, days: string): boolean {
  const old = smallestByScope(before, block, days);
  return [...smallestByScope(after, block, days)].some(
    ([scope, count]) => count < Math.min(old.get(scope) ?? Infinity, old.get(EVERYTHING) ?? Infinity),
  );
}

/** Whether fewer versions are kept at any age, of objects of any scope. */
export function fewerVersions(before: Json, after: Json): boolean {
  const old = smallestByScope(before, "noncurrent_version_expiration", "newer_noncurrent_versions");
  const now = smallestByScope(after, "noncurrent_version_expiration", "newer_noncurrent_versions");
  const expiring = smallestByScope(after, "noncurrent_version_expiration", "noncurrent_days");
  return [...old].some(([scope, count]) => expiring.has(scope) && (now.get(scope) ?? 0) < count);
}

/** The smallest number in the enabled rules, by scope. A date counts as 0 days. */
function smallestByScope(rules: Json, block: string, name: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const rule of blocks(rules).filter(({ status }) => status !== "Disabled")) {
    const scope =
      isEmptyFilter(rule.filter) && isEmpty(rule.prefix) ? EVERYTHING : JSON.stringify([rule.filter, rule.prefix]);
    for (const expiration of blocks(rule[block] ?? null)) {
      const count = isEmpty(expiration.date) ? Number(expiration[name] ?? 0) : 0;
      if (count > 0 || !isEmpty(expiration.date)) {
        found.set(scope, Math.min(count, found.get(scope) ?? Infinity));
      }
    }
  }
  return found;
}

/** Whether a filter is empty, or all its members are: providers write both. */
function isEmptyFilter(value: Json | undefined): boolean {
  return (
    isEmpty(value) ||
    (typeof value === "object" && value !== null && Object.values(value).every((child) => isEmptyFilter(child)))
  );
}

/** The blocks of a list; none if the value is not a list. */
export function blocks(value: Json): Readonly<Record<string, Json>>[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}
