import type { RolePolicy } from "./role-policies";

/** Something about a role's policies that should be mended. */
export interface Finding {
  /** Name of the statement that is needed, or name and kind of the role's policy and its statement. */
  readonly where: string;
  readonly actions: readonly string[];
  readonly resource: string;
  /** What is wrong and what to do, in one sentence. */
  readonly remedy: string;
}

/** What {@link compare} found; both lists are empty when all is well. */
export interface Comparison {
  /** What is needed and not allowed. */
  readonly missing: readonly Finding[];
  /** What the role's policies allow by a wildcard beyond everything that is needed. */
  readonly wildcards: readonly Finding[];
}

/** A statement of a policy, with every optional form written out. */
interface Statement {
  readonly where: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Whether the actions are those that it does not speak of (`NotAction`), and the same for resources. */
  readonly except: { readonly actions: boolean; readonly resources: boolean };
  /** Values by operator and key. */
  readonly conditions: ReadonlyMap<string, string>;
  readonly kind: RolePolicy["kind"] | "needed";
}

/**
 * Compares what a role needs with what its policies say. Where a policy cannot be judged for certain, it
 * counts as too little for what is needed and as too much for what is allowed.
 *
 * @param needed - identity policy whose every permission must be there, as JSON
 * @param known - identity policies of all that use the role: what they need is not too much
 * @param policies - the role's policies as they are
 */
export function compare(needed: string, known: readonly string[], policies: readonly RolePolicy[]): Comparison {
  const existing = policies.flatMap(({ name, kind, document }) =>
    statementsOf(document, kind, `${kind} policy ${name}`),
  );
  const wanted = known.flatMap((document) => statementsOf(document, "needed"));
  return {
    missing: statementsOf(needed, "needed").flatMap((statement) => missingOf(statement, existing)),
    wildcards: existing.filter(({ effect }) => effect === "Allow").flatMap((statement) => excessOf(statement, wanted)),
  };
}

function missingOf(needed: Statement, existing: readonly Statement[]): Finding[] {
  return findings(needed, (action, resource) => {
    const covering = existing.filter((statement) => covers(statement, action, resource));
    const denial = covering.find(({ conditions, effect }) => effect === "Deny" && conditions.size === 0);
    if (needed.effect === "Allow" && denial) {
      return `${denial.where} denies it: remove it from there`;
    }
    const alike = covering.filter(({ effect }) => effect === needed.effect);
    if (alike.some(({ conditions }) => implies(needed.conditions, conditions))) {
      return undefined;
    }
    const [near] = alike;
    return near
      ? `${near.where} has it under another condition: add the printed statement`
      : `no policy ${needed.effect === "Allow" ? "allows" : "denies"} it: add the printed statement`;
  });
}

function excessOf(statement: Statement, wanted: readonly Statement[]): Finding[] {
  if (statement.except.actions || statement.except.resources) {
    const { where, actions, resources, except } = statement;
    const element = except.actions ? "NotAction" : "NotResource";
    const remedy = `${element} allows everything that it does not name: put the printed statements in its place`;
    return [{ where, actions, resource: resources.join(", "), remedy }];
  }
  return findings(statement, (action, resource) => {
    const asked = wanted.filter(({ effect }) => effect === "Allow");
    const enough = asked.some(
      (need) => covers(need, action, resource) && implies(statement.conditions, need.conditions),
    );
    if (enough || !/[*?]/.test(action + resource)) {
      return undefined;
    }
    if (statement.kind === "AWS managed") {
      return "AWS alone can narrow this policy: detach it, and keep the printed one";
    }
    const needs = asked.flatMap(({ actions, ...need }) => actions.map((named) => ({ ...need, named })));
    const named = needs.filter((need) => actionCovers(action, need.named));
    if (named.length === 0) {
      return "nothing here needs it: remove it";
    }
    if (/[*?]/.test(action)) {
      return `name the actions that are needed: ${unique(named.map((need) => need.named)).join(", ")}`;
    }
    const exact = named.filter((need) => need.resources.some((pattern) => resourceCovers(pattern, resource)));
    return exact.length > 0
      ? `add the condition of ${unique(exact.map((need) => need.where)).join(", ")}`
      : `narrow the resource to ${unique(named.flatMap((need) => need.resources)).join(", ")}`;
  });
}

/** One finding for the actions of a statement on one resource that have the same remedy. */
function findings(statement: Statement, judge: (action: string, resource: string) => string | undefined): Finding[] {
  return statement.resources.flatMap((resource) => {
    const byRemedy = new Map<string, string[]>();
    for (const action of statement.actions) {
      const remedy = judge(action, resource);
      if (remedy !== undefined) {
        byRemedy.set(remedy, [...(byRemedy.get(remedy) ?? []), action]);
      }
    }
    return [...byRemedy].map(([remedy, actions]) => ({ where: statement.where, actions, resource, remedy }));
  });
}

/** Whether a statement speaks of everything that an action and a resource, with their wildcards, stand for. */
function covers({ actions, effect, except, resources }: Statement, action: string, resource: string): boolean {
  if (effect === "Allow" && (except.actions || except.resources)) {
    return false;
  }
  const speaksOf = actions.some((pattern) => actionCovers(pattern, action)) !== except.actions;
  return speaksOf && resources.some((pattern) => resourceCovers(pattern, resource)) !== except.resources;
}

/** Whether requests that meet the conditions `a` meet the conditions `b` too: `b` asks for nothing more. */
function implies(a: Statement["conditions"], b: Statement["conditions"]): boolean {
  return [...b].every(([key, values]) => a.get(key) === values);
}

function actionCovers(pattern: string, action: string): boolean {
  const wildcards: Readonly<Record<string, string | undefined>> = { "*": ".*", "?": "[^*]" };
  const expression = pattern.replaceAll(/\W/g, (character) => wildcards[character] ?? `\\${character}`);
  return new RegExp(`^${expression}$`, "i").test(action);
}

/**
 * A wildcard stays within its segment of the ARN, but for a star at the segment's end.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
 */
function resourceCovers(pattern: string, resource: string): boolean {
  const expression = pattern.replaceAll(/\W/g, (character, offset: number) => {
    const star = /^(:|$)/.test(pattern.slice(offset + 1)) ? ".*" : "[^:]*";
    const wildcards: Readonly<Record<string, string | undefined>> = { "*": star, "?": "[^:*]" };
    return wildcards[character] ?? `\\${character}`;
  });
  return new RegExp(`^${expression}$`).test(resource);
}

function statementsOf(document: string, kind: Statement["kind"], policy?: string): Statement[] {
  const { Statement: statements } = JSON.parse(document) as { Statement: Raw | Raw[] };
  return [statements].flat().map((raw, index) => {
    const name = raw.Sid === undefined || raw.Sid === "" ? `statement ${String(index + 1)}` : raw.Sid;
    return {
      where: policy === undefined ? name : `${policy}, ${name}`,
      effect: raw.Effect,
      actions: [raw.Action ?? raw.NotAction ?? []].flat(),
      resources: [raw.Resource ?? raw.NotResource ?? []].flat(),
      except: { actions: raw.NotAction !== undefined, resources: raw.NotResource !== undefined },
      conditions: conditionsOf(raw.Condition),
      kind,
    };
  });
}

/** A statement in any form that IAM accepts. */
interface Raw {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly NotAction?: string | string[];
  readonly Resource?: string | string[];
  readonly NotResource?: string | string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Operators and keys are case-insensitive, the order of values has no meaning, and one value may stand alone. */
function conditionsOf(conditions: Raw["Condition"] = {}): Statement["conditions"] {
  return new Map(
    Object.entries(conditions).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]): [string, string] => [
        `${operator} ${key}`.toLowerCase(),
        JSON.stringify([values].flat().map(String).sort()),
      ]),
    ),
  );
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
