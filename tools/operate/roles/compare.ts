import { actionCovers, coversAction, coversResource, resourceCovers } from "../../shared/iam/match";
import { conditionsOf, parsePolicy, valuesOf, type ParsedStatement } from "../../shared/iam/policy";
import type { RolePolicy } from "./role-policies";

/** Something in a role's policies that should be fixed. */
export interface PolicyProblem {
  /** Name of the needed statement; or name and kind of the role's policy, and its statement. */
  readonly where: string;
  readonly actions: readonly string[];
  readonly resource: string;
  /** What is wrong and what to do, in one sentence. */
  readonly remedy: string;
}

/** What {@link compare} found. Both lists are empty when everything is right. */
export interface Comparison {
  /** What is needed and not allowed. */
  readonly missing: readonly PolicyProblem[];
  /** What the role's policies allow with a wildcard, and nothing needs. */
  readonly wildcards: readonly PolicyProblem[];
}

/** A statement, and where it is from. */
interface Located {
  readonly where: string;
  readonly kind: RolePolicy["kind"] | "needed";
  readonly statement: ParsedStatement;
}

/**
 * Compares the permissions that a role needs with its policies. A policy that cannot be evaluated for certain counts as
 * missing a needed permission, and as too broad.
 *
 * @param needed - identity policy, as JSON; the role must have all its permissions
 * @param known - identity policies of all users of the role: what they need is not too broad
 * @param policies - the role's current policies
 */
export function compare(needed: string, known: readonly string[], policies: readonly RolePolicy[]): Comparison {
  const existing = policies.flatMap(({ name, kind, document }) => locate(document, kind, `${kind} policy ${name}`));
  const wanted = known.flatMap((document) => locate(document, "needed"));
  return {
    missing: locate(needed, "needed").flatMap((statement) => missingOf(statement, existing)),
    wildcards: existing
      .filter(({ statement: { effect } }) => effect === "Allow")
      .flatMap((statement) => excessOf(statement, wanted)),
  };
}

function missingOf(needed: Located, existing: readonly Located[]): PolicyProblem[] {
  const { effect } = needed.statement;
  return problems(needed, (action, resource) => {
    const covering = existing.filter(({ statement }) => covers(statement, action, resource));
    const denial = covering.find(({ statement }) => statement.effect === "Deny" && conditionsOf(statement).size === 0);
    if (effect === "Allow" && denial) {
      return `${denial.where} denies it: remove it from there`;
    }
    const candidates = covering.filter(({ statement }) => statement.effect === effect);
    if (candidates.some(({ statement }) => implies(needed.statement, statement))) {
      return undefined;
    }
    const [near] = candidates;
    return near
      ? `${near.where} has it under another condition: add the printed statement`
      : `no policy ${effect === "Allow" ? "allows" : "denies"} it: add the printed statement`;
  });
}

function excessOf(existing: Located, wanted: readonly Located[]): PolicyProblem[] {
  const { where, kind, statement } = existing;
  const element = EXCEPTIONS.find((name) => statement.elements.has(name));
  if (element !== undefined) {
    const remedy = `${element} allows everything that it does not name: replace it with the printed statements`;
    return [{ where, actions: actionsOf(statement), resource: resourcesOf(statement).join(", "), remedy }];
  }
  return problems(existing, (action, resource) => {
    const needs = wanted.filter((need) => need.statement.effect === "Allow");
    const enough = needs.some((need) => covers(need.statement, action, resource) && implies(statement, need.statement));
    if (enough || !/[*?]/.test(action + resource)) {
      return undefined;
    }
    if (kind === "AWS managed") {
      return "AWS alone can narrow this policy: detach it, and keep the printed one";
    }
    const named = needs.flatMap((need) =>
      actionsOf(need.statement)
        .filter((name) => actionCovers(action, name))
        .map((name) => ({ name, where: need.where, resources: resourcesOf(need.statement) })),
    );
    if (named.length === 0) {
      return "nothing here needs it: remove it";
    }
    if (/[*?]/.test(action)) {
      return `name the actions that are needed: ${unique(named.map(({ name }) => name)).join(", ")}`;
    }
    const exact = named.filter(({ resources }) => resources.some((pattern) => resourceCovers(pattern, resource)));
    return exact.length > 0
      ? `add the condition of ${unique(exact.map((need) => need.where)).join(", ")}`
      : `narrow the resource to ${unique(named.flatMap(({ resources }) => resources)).join(", ")}`;
  });
}

/** One problem for the actions of a statement on one resource that have the same remedy. */
function problems(
  { where, statement }: Located,
  judge: (action: string, resource: string) => string | undefined,
): PolicyProblem[] {
  return resourcesOf(statement).flatMap((resource) => {
    const byRemedy = new Map<string, string[]>();
    for (const action of actionsOf(statement)) {
      const remedy = judge(action, resource);
      if (remedy !== undefined) {
        byRemedy.set(remedy, [...(byRemedy.get(remedy) ?? []), action]);
      }
    }
    return [...byRemedy].map(([remedy, actions]) => ({ where, actions, resource, remedy }));
  });
}

/** Elements that mean everything except what they list. */
const EXCEPTIONS = ["NotAction", "NotResource"] as const;

/**
 * Whether a statement covers an action on a resource, which may have wildcards. An Allow with an exception is not
 * evaluated.
 */
function covers(statement: ParsedStatement, action: string, resource: string): boolean {
  const uncertain = statement.effect === "Allow" && EXCEPTIONS.some((name) => statement.elements.has(name));
  return !uncertain && coversAction(statement, action) && coversResource(statement, resource);
}

/** Whether requests that meet the conditions of `a` also meet those of `b`. */
function implies(a: ParsedStatement, b: ParsedStatement): boolean {
  const own = conditionsOf(a);
  return [...conditionsOf(b)].every(([key, values]) => own.get(key) === values);
}

/** Actions that a statement includes or excludes. */
function actionsOf(statement: ParsedStatement): readonly string[] {
  return [...valuesOf(statement, "Action"), ...valuesOf(statement, "NotAction")];
}

/** Resources that a statement includes or excludes. */
function resourcesOf(statement: ParsedStatement): readonly string[] {
  return [...valuesOf(statement, "Resource"), ...valuesOf(statement, "NotResource")];
}

function locate(document: string, kind: Located["kind"], policy?: string): Located[] {
  return (parsePolicy(document) ?? []).map((statement, index) => {
    const { sid = "" } = statement;
    const name = sid === "" ? `statement ${String(index + 1)}` : sid;
    return { where: policy === undefined ? name : `${policy}, ${name}`, kind, statement };
  });
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
