import type { NamedQuery } from "../../../src/database/queries";
import { APP_ROLE } from "../../../src/database/app-role";
import type { Column, Schema, Table } from "../../../src/database/schema";
import { entityDiagram } from "./entity-diagram";
import { table as markdownTable } from "./markdown";

/** Meaning of common columns, unless the database has a comment. */
const COMMON_COLUMNS: Readonly<Record<string, string>> = {
  id: "Key within the database; it never leaves the system",
  public_id: "What the API, its callers and the log call the row",
  created_at: "When the row was added",
  updated_at: "When the row last changed; kept by the database",
  deleted_at: "When the row was deleted softly; null until then",
};

/**
 * Reference of a schema, as Markdown in prettier's format.
 *
 * @param schema - of a freshly migrated database
 * @param queries - that the app runs
 */
export function schemaReference(schema: Schema, queries: readonly NamedQuery[]): string {
  return `${[
    "# Schema of the database",
    "Generated from a freshly migrated database and compared with it by the tests: change a migration, not this page, and\n" +
      "run `npm run docs`. How to change the schema: [database.md](database.md).",
    "## Diagram",
    "`PK` is a primary key, `FK` part of a foreign key, `UK` unique by itself. Softly deleted rows do not count for\n" +
      "uniqueness.",
    fenced("mermaid", entityDiagram(schema)),
    "## Tables",
    ...schema.tables.flatMap((table) => tableReference(schema, table)),
    "## Functions",
    ...schema.routines.flatMap(({ signature, definition, comment }) => [
      `### \`${signature}\``,
      ...(comment === null ? [] : [sentence(comment)]),
      fenced("sql", definition.trim()),
    ]),
    "## The app's role",
    roleReference(schema),
    "## Queries of the app",
    "The queries that the app runs, from `src/database/queries.ts`, and the index that each uses.",
    ...queries.flatMap(queryReference),
  ].join("\n\n")}\n`;
}

function tableReference(schema: Schema, { name, comment }: Table): string[] {
  const of = <T extends { readonly table: string }>(all: readonly T[]): T[] =>
    all.filter(({ table }) => table === name);
  const constraints = of(schema.constraints);
  const privileges = of(schema.privileges).flatMap((one) => one.privileges);
  return [
    `### \`${name}\``,
    ...(comment === null ? [] : [sentence(comment)]),
    `The app's role may: ${privileges.join(", ") || "nothing"}.`,
    table(
      ["Column", "Type", "Null", "Default", "Meaning"],
      of(schema.columns).map((column) => [
        code(column.name),
        code(column.type),
        column.nullable ? "yes" : "no",
        valueOf(column),
        meaningOf(schema, column),
      ]),
    ),
    table(
      ["Foreign key", "Columns", "Refers to", "On delete", "Why"],
      constraints
        .filter(({ kind }) => kind === "foreign key")
        .map((key) => [
          code(key.name),
          key.columns.map(code).join(", "),
          code(key.references ?? ""),
          key.onDelete ?? "",
          key.comment ?? "",
        ]),
    ),
    table(
      ["Constraint", "Definition", "Why"],
      constraints
        .filter(({ kind }) => kind !== "foreign key")
        .map((one) => [code(one.name), code(one.definition), one.comment ?? ""]),
    ),
    table(
      ["Index", "Definition", "Why"],
      of(schema.indexes).map((index) => [code(index.name), code(index.definition), index.comment ?? ""]),
    ),
    table(
      ["Trigger", "Definition", "Why"],
      of(schema.triggers).map((trigger) => [code(trigger.name), code(trigger.definition), trigger.comment ?? ""]),
    ),
  ].filter((block) => block !== "");
}

function valueOf({ default: byDefault, generated, identity }: Column): string {
  if (generated !== null) {
    return `always ${code(generated)}`;
  }
  if (identity !== null) {
    return `identity, ${identity}`;
  }
  return byDefault === null ? "" : code(byDefault);
}

function meaningOf({ constraints }: Schema, { table: owner, name, comment }: Column): string {
  const key = constraints.find(
    (one) => one.table === owner && one.kind === "foreign key" && one.columns[0] === name && one.references !== null,
  );
  return comment ?? COMMON_COLUMNS[name] ?? (key ? `Row of ${code(key.references ?? "")}` : "");
}

function roleReference({ appRole }: Schema): string {
  return [
    `\`${APP_ROLE}\` is the app's role after login, by \`SET ROLE\`. Its privileges are listed with each table.`,
    "",
    `- The role: ${appRole?.attributes.join(", ") ?? "missing"}`,
    `- In the schema \`public\`: ${appRole?.schemaPrivileges.join(", ") ?? "nothing"}`,
  ].join("\n");
}

function queryReference({ name, purpose, sql, parameters, index }: NamedQuery): string[] {
  return [
    `### ${name}`,
    purpose,
    `Index: ${code(index)}.`,
    ...(parameters.length === 0
      ? []
      : [parameters.map((meaning, i) => `- \`$${String(i + 1)}\`: ${meaning}`).join("\n")]),
    fenced("sql", sql.trim()),
  ];
}

/** A table without the columns that are empty in each row; nothing if there are no rows. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = head.map((_, column) => rows.some((row) => row[column] !== ""));
  const keep = (cells: readonly string[]): string[] => cells.filter((_, column) => kept[column]).map(cell);
  return rows.length === 0 ? "" : markdownTable([keep(head), ...rows.map(keep)]);
}

/** A bar ends a cell, even within code. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function code(text: string): string {
  return `\`${text}\``;
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function sentence(comment: string): string {
  return `${comment.replace(/\.$/, "")}.`;
}
