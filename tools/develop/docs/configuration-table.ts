import { environmentSchema, type EnvironmentConfig } from "../../../src/config/schema";
import { schemaFields, type Field } from "../../../src/config/schema/field";
import { table } from "./markdown";

/**
 * Every field of an environment as a Markdown table: its value in each environment, its rule, who decided it and why.
 * Everything except the values comes from the schema.
 */
export function configurationTable(environments: readonly EnvironmentConfig[]): string {
  return table([
    ["Field", ...environments.map(({ name }) => name), "Rule", "Decided by", "Meaning or reason"],
    ...schemaFields(environmentSchema).map((field) => [
      ...valuesOf(field, environments),
      ruleOf(field),
      field.source,
      field.reason,
    ]),
  ]);
}

/** The fields in which environments differ, as a Markdown table. */
export function differencesTable(environments: readonly EnvironmentConfig[]): string {
  const rows = schemaFields(environmentSchema).map((field) => valuesOf(field, environments));
  return table([
    ["Field", ...environments.map(({ name }) => name)],
    ...rows.filter(([field, ...values]) => field !== "`name`" && new Set(values).size > 1),
  ]);
}

/** A field, and its value in each environment. */
function valuesOf({ path }: Field, environments: readonly EnvironmentConfig[]): string[] {
  const name = path.join(".");
  return [
    `\`${name}\``,
    ...environments.map((config) =>
      cell(path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>>)[key], config)),
    ),
  ];
}

function ruleOf({ rule, unit, default: byDefault }: Field): string {
  return [
    rule,
    ...(unit === undefined ? [] : [`(${unit})`]),
    ...(byDefault === undefined ? [] : [`; the handover's default is ${cell(byDefault)}`]),
  ]
    .join(" ")
    .replace(" ;", ";");
}

function cell(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? "none" : value.map(cell).join(", ");
  }
  return `\`${String(value)}\``;
}
