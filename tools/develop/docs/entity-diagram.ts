import type { Column, Constraint, Schema } from "../../../src/database/schema";

/**
 * Tables, their columns and how they refer to each other, as a Mermaid diagram.
 *
 * Softly deleted rows do not count: a column that is unique among the other rows is marked `UK`, and a relation is to
 * at most one row if an index makes it unique among them.
 *
 * @see https://mermaid.js.org/syntax/entityRelationshipDiagram.html
 */
export function entityDiagram(schema: Schema): string {
  return [
    "erDiagram",
    ...schema.constraints.filter(({ kind }) => kind === "foreign key").map((key) => `  ${relation(schema, key)}`),
    ...schema.tables.flatMap(({ name }) => [
      `  ${name} {`,
      ...schema.columns.filter(({ table }) => table === name).map((column) => `    ${attribute(schema, column)}`),
      "  }",
    ]),
  ].join("\n");
}

/** A relation, with the referenced table on the left: `customers ||--o{ orders : "customer_id"`. */
function relation(schema: Schema, { table, columns, references }: Constraint): string {
  const optional = schema.columns.some(
    ({ name, nullable, ...of }) => of.table === table && nullable && columns.includes(name),
  );
  const few = uniqueKeys(schema, table).some((key) => key.every((column) => columns.includes(column)));
  return `${references ?? ""} ${optional ? "|o" : "||"}--${few ? "o|" : "o{"} ${table} : "${columns.join(", ")}"`;
}

function attribute(schema: Schema, { table, name, type }: Column): string {
  const within = (kind: Constraint["kind"]): boolean =>
    schema.constraints.some((one) => one.table === table && one.kind === kind && one.columns.includes(name));
  const primary = within("primary key");
  const unique = uniqueKeys(schema, table).some((key) => key.length === 1 && key[0] === name);
  const marks = [
    ...(primary ? ["PK"] : []),
    ...(within("foreign key") ? ["FK"] : []),
    ...(unique && !primary ? ["UK"] : []),
  ];
  return [diagramType(type), name, ...(marks.length === 0 ? [] : [marks.join(", ")])].join(" ");
}

/** Sets of columns that are unique among the rows that are not deleted. */
function uniqueKeys({ constraints, indexes }: Schema, table: string): (readonly string[])[] {
  return [
    ...constraints.filter((one) => one.table === table && (one.kind === "primary key" || one.kind === "unique")),
    ...indexes.filter((one) => one.table === table && one.unique && isOfLivingRows(one.predicate)),
  ].map(({ columns }) => columns);
}

function isOfLivingRows(predicate: string | null): boolean {
  return predicate === null || predicate === "(deleted_at IS NULL)";
}

/** A type in a diagram is one word; lengths are in the tables of columns. */
function diagramType(type: string): string {
  return type
    .replace(/\(.*?\)/, "")
    .replace("timestamp with time zone", "timestamptz")
    .replace("character varying", "varchar")
    .replace(/^character$/, "char")
    .replaceAll(" ", "_");
}
