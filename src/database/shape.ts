import { APP_ROLE } from "./app-role";
import type { Column, Schema } from "./schema";

/**
 * A schema as sorted lines, one fact a line. Two databases have the same shape when their lines are equal: comments
 * and the order of columns do not count; names do, and so does who may do what.
 */
export function shapeOf(schema: Schema): string[] {
  const { tables, columns, constraints, indexes, triggers, otherParts, routines, others } = schema;
  const { appRole, privileges, grants } = schema;
  return [
    ...tables.map(({ name, traits }) => `table ${name} ${traits.join(", ")}`.trim()),
    ...columns.map((column) => `${column.table}.${column.name} ${columnFacts(column)}`),
    ...constraints.map(({ table, name, definition }) => `${table} constraint ${name} ${definition}`),
    ...indexes.map(({ table, name, definition }) => `${table} index ${name} ${definition}`),
    ...triggers.map(({ table, name, definition }) => `${table} trigger ${name} ${definition}`),
    ...otherParts.map(({ table, kind, name, definition }) => `${table} ${kind} ${name} ${inOneLine(definition)}`),
    ...routines.map(
      ({ signature, traits, definition }) => `function ${signature} ${[...traits, inOneLine(definition)].join(", ")}`,
    ),
    ...others.map(({ kind, name, definition }) => `${kind} ${name} ${inOneLine(definition)}`.trim()),
    ...(appRole
      ? [
          `role ${APP_ROLE} ${appRole.attributes.join(", ")}`,
          `schema privileges ${APP_ROLE} ${appRole.schemaPrivileges.join(", ")}`,
        ]
      : []),
    ...privileges.map(({ table, privileges: granted }) => `${table} privileges ${APP_ROLE} ${granted.join(", ")}`),
    ...grants.map(({ object, role, privileges: granted }) => `${object} privileges ${role} ${granted.join(", ")}`),
  ].sort();
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

/** White space in bodies is the writer's taste. */
function inOneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

/** A line apart: what it is about, and what it says of it. */
interface Fact {
  /** Such as `orders.status`, `orders constraint orders_status_check`, `table orders`. */
  readonly subject: string;
  readonly says: string;
  /** Undefined for what belongs to no table. */
  readonly table: string | undefined;
  /** Of a table's part that has a name of its own. */
  readonly part: { readonly kind: string; readonly name: string } | undefined;
}

const PART = /^(?<table>\S+) (?<kind>constraint|index|trigger) (?<name>\S+)/;
const OTHER_SUBJECT =
  /^(?:(?:aggregate|function) [^)]*\)|(?:foreign table|materialized view|role|sequence|table|type|view) \S+|\S+(?: sequence)? privileges \S+|\S+ (?:policy|rule) \S+|\S+)/;

function factOf(line: string): Fact {
  const named = PART.exec(line);
  const subject = (named ?? OTHER_SUBJECT.exec(line))?.[0] ?? line;
  const { table, kind = "", name = "" } = named?.groups ?? {};
  return {
    subject,
    says: line.slice(subject.length).trim(),
    table: table ?? /^(?!default |schema )\S+?(?=\.| (?:policy|privileges|rule) )/.exec(subject)?.[0],
    part: named ? { kind, name } : undefined,
  };
}

/**
 * What differs between two shapes, one sentence each; none where they are equal.
 *
 * @param actual - lines of the database
 * @param expected - lines of the revision
 */
export function shapeDifferences(actual: readonly string[], expected: readonly string[]): string[] {
  const missing = expected.filter((line) => !actual.includes(line)).map(factOf);
  const surplus = actual.filter((line) => !expected.includes(line)).map(factOf);
  const differing = pairs(missing, surplus, (one, other) => one.subject === other.subject);
  const alike = pairs(differing.missing, differing.surplus, sameByAnotherName);
  return [
    ...wholeTables(alike.missing).map(({ subject, says }) => `is missing: ${`${subject} ${says}`.trim()}`),
    ...differing.paired.map(
      ([wanted, found]) =>
        `differs: ${wanted.subject} is: ${found.says || "plain"}; in the revision it is: ${wanted.says || "plain"}`,
    ),
    ...alike.paired.map(([wanted, found]) => `has another name: ${found.subject}; ${renaming(wanted, found)}`),
    ...wholeTables(alike.surplus).map(
      ({ subject, says }) => `is there, but not in the revision: ${`${subject} ${says}`.trim()}`,
    ),
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

function sameByAnotherName(one: Fact, other: Fact): boolean {
  return (
    one.part !== undefined && one.part.kind === other.part?.kind && one.table === other.table && one.says === other.says
  );
}

function renaming({ table = "", part }: Fact, { part: found }: Fact): string {
  const [from, to] = [found?.name ?? "", part?.name ?? ""];
  switch (part?.kind) {
    case "constraint":
      return `ALTER TABLE ${table} RENAME CONSTRAINT ${from} TO ${to}`;
    case "index":
      return `ALTER INDEX ${from} RENAME TO ${to}`;
    default:
      return `ALTER TRIGGER ${from} ON ${table} RENAME TO ${to}`;
  }
}

/** A table that is missing as a whole is one fact, not one for each of its parts. */
function wholeTables(facts: readonly Fact[]): readonly Fact[] {
  const subjects = new Set(facts.map(({ subject }) => subject));
  return facts.filter(({ table }) => table === undefined || !subjects.has(`table ${table}`));
}
