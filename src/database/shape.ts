import { APP_ROLE } from "./app-role";
import type { Column, Schema } from "./schema";

/** One fact about a schema. */
export interface Fact {
  /** Such as `table`, `column`, `index`, `view`, `privileges`. */
  readonly kind: string;
  /** Table that it is part of; null for a table itself, and for anything outside tables. */
  readonly table: string | null;
  /** Name within its table, if it has one. For privileges, the object and the role. */
  readonly name: string;
  /** Everything except its name; empty for a plain table. */
  readonly definition: string;
}

/**
 * The facts of a schema, sorted. Two databases have the same shape if their facts are equal: comments and the order of
 * columns do not count; names do, and so do privileges.
 */
export function shapeOf(schema: Schema): Fact[] {
  const { tables, columns, constraints, indexes, triggers, otherParts, routines, others } = schema;
  const { appRole, privileges, grants } = schema;
  const facts: Fact[] = [
    ...tables.map(({ name, traits }) => ({ kind: "table", table: null, name, definition: traits.join(", ") })),
    ...columns.map((column) => ({ kind: "column", ...pick(column), definition: columnFacts(column) })),
    ...constraints.map((one) => ({ kind: "constraint", ...pick(one), definition: one.definition })),
    ...indexes.map((one) => ({ kind: "index", ...pick(one), definition: one.definition })),
    ...triggers.map((one) => ({ kind: "trigger", ...pick(one), definition: one.definition })),
    ...otherParts.map((one) => ({ kind: one.kind, ...pick(one), definition: inOneLine(one.definition) })),
    ...routines.map(({ signature, traits, definition }) => ({
      ...{ kind: "function", table: null, name: signature },
      definition: [...traits, inOneLine(definition)].join(", "),
    })),
    ...others.map(({ kind, name, definition }) => ({ kind, table: null, name, definition: inOneLine(definition) })),
    ...(appRole
      ? [
          { kind: "role", table: null, name: APP_ROLE, definition: appRole.attributes.join(", ") },
          privilegesOf(null, "schema", APP_ROLE, appRole.schemaPrivileges),
        ]
      : []),
    ...privileges.map((one) => privilegesOf(one.table, one.table, APP_ROLE, one.privileges)),
    ...grants.map((one) => privilegesOf(one.table, one.object, one.role, one.privileges)),
  ];
  return facts.sort((a, b) => (printed(a) < printed(b) ? -1 : 1));
}

function pick({ table, name }: { readonly table: string; readonly name: string }): Pick<Fact, "table" | "name"> {
  return { table, name };
}

function privilegesOf(table: string | null, object: string, role: string, granted: readonly string[]): Fact {
  return { kind: "privileges", table, name: `${object} privileges ${role}`, definition: granted.join(", ") };
}

function columnFacts({ type, nullable, default: byDefault, generated, identity, numbers }: Column): string {
  return [
    type,
    ...(nullable ? [] : ["not null"]),
    ...(byDefault === null ? [] : [`default ${byDefault}`]),
    ...(generated === null ? [] : [`generated always as ${generated} stored`]),
    ...(identity === null ? [] : [`generated ${identity} as identity (${numbers ?? ""})`]),
  ].join(" ");
}

/** White space in bodies does not count. */
function inOneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

/** Subject of a fact, to print: `orders.status`, `orders constraint orders_status_check`, `table orders`. */
function subjectOf({ kind, table, name }: Fact): string {
  switch (kind) {
    case "privileges":
      return name;
    case "column":
      return `${table ?? ""}.${name}`;
    default:
      return [...(table === null ? [] : [table]), kind, name].join(" ");
  }
}

/** A fact as one line, to print. */
export function printed(fact: Fact): string {
  return `${subjectOf(fact)} ${fact.definition}`.trim();
}

/**
 * The differences between two shapes, one sentence each; none if they are equal.
 *
 * @param actual - facts of the database
 * @param expected - facts of the revision
 */
export function shapeDifferences(actual: readonly Fact[], expected: readonly Fact[]): string[] {
  const missing = expected.filter(
    (fact) => !actual.some((other) => isSame(fact, other) && hasSameDefinition(fact, other)),
  );
  const surplus = actual.filter(
    (fact) => !expected.some((other) => isSame(fact, other) && hasSameDefinition(fact, other)),
  );
  const differing = pairs(missing, surplus, isSame);
  const renamed = pairs(differing.missing, differing.surplus, isSameByAnotherName);
  return [
    ...wholeTables(renamed.missing).map((fact) => `is missing: ${printed(fact)}`),
    ...differing.paired.map(
      ([wanted, found]) =>
        `differs: ${subjectOf(wanted)} is: ${found.definition || "plain"}; in the revision it is: ${wanted.definition || "plain"}`,
    ),
    ...renamed.paired.map(([wanted, found]) => `has another name: ${subjectOf(found)}; ${renaming(wanted, found)}`),
    ...wholeTables(renamed.surplus).map((fact) => `is there, but not in the revision: ${printed(fact)}`),
  ];
}

interface Pairs {
  readonly paired: readonly (readonly [missing: Fact, surplus: Fact])[];
  readonly missing: readonly Fact[];
  readonly surplus: readonly Fact[];
}

function pairs(missing: readonly Fact[], surplus: readonly Fact[], match: (one: Fact, other: Fact) => boolean): Pairs {
  const left = new Set(surplus);
  const paired = missing.flatMap((wanted) => {
    const found = [...left].find((fact) => match(wanted, fact));
    if (found === undefined) {
      return [];
    }
    left.delete(found);
    return [[wanted, found] as const];
  });
  const taken = new Set(paired.map(([wanted]) => wanted));
  return { paired, missing: missing.filter((fact) => !taken.has(fact)), surplus: [...left] };
}

function isSame(one: Fact, other: Fact): boolean {
  return one.kind === other.kind && one.table === other.table && one.name === other.name;
}

function hasSameDefinition(one: Fact, other: Fact): boolean {
  return one.definition === other.definition;
}

const RENAMINGS: Readonly<Partial<Record<string, (table: string, from: string, to: string) => string>>> = {
  constraint: (table, from, to) => `ALTER TABLE ${table} RENAME CONSTRAINT ${from} TO ${to}`,
  index: (_, from, to) => `ALTER INDEX ${from} RENAME TO ${to}`,
  trigger: (table, from, to) => `ALTER TRIGGER ${from} ON ${table} RENAME TO ${to}`,
};

function isSameByAnotherName(one: Fact, other: Fact): boolean {
  const { kind, table } = one;
  return kind in RENAMINGS && kind === other.kind && table === other.table && hasSameDefinition(one, other);
}

function renaming({ kind, table, name }: Fact, found: Fact): string {
  return RENAMINGS[kind]?.(table ?? "", found.name, name) ?? "";
}

/** Drops the parts of tables that are missing as a whole. */
function wholeTables(facts: readonly Fact[]): readonly Fact[] {
  const tables = new Set(facts.filter(({ kind }) => kind === "table").map(({ name }) => name));
  return facts.filter(({ table }) => table === null || !tables.has(table));
}
