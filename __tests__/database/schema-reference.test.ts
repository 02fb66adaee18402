import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { migrate } from "../../src/database/migrate";
import { APP_QUERIES } from "../../src/database/queries";
import { readSchema, type Schema } from "../../src/database/schema";
import { entityDiagram } from "../../tools/develop/docs/entity-diagram";
import { SCHEMA_FILE, schemaText } from "../../tools/develop/docs/generated-files";
import { schemaReference } from "../../tools/develop/docs/schema-reference";
import { testServer } from "../helpers/database";

const server = testServer();

let client: Client;
let schema: Schema;
beforeAll(async () => {
  client = await server.connect(await server.database("reference"));
  await migrate(client);
  schema = await readSchema(client);
});

test("docs/schema.md is current: npm run docs writes it", async () => {
  expect(readFileSync(join(__dirname, "..", "..", SCHEMA_FILE), "utf8")).toBe(await schemaText(client));
});

test("names everything that the schema has", () => {
  const reference = schemaReference(schema, []);
  const { tables, columns, constraints, indexes, triggers, others } = schema;
  const all = [...tables, ...columns, ...constraints, ...indexes, ...triggers, ...others];
  expect(all.filter(({ name }) => !reference.includes(`\`${name}\``))).toEqual([]);
});

test("the index that a query names is there", () => {
  const there = [...schema.indexes, ...schema.constraints].map(({ name }) => name);
  expect(APP_QUERIES.filter(({ index }) => !there.includes(index))).toEqual([]);
});

describe("the diagram", () => {
  // What Mermaid takes as a line of a diagram: a type of one word, and marks between commas.
  const RELATION = /^ {2}\w+ (\|\||\|o)--(o\||o\{) \w+ : "[\w, ]+"$/;
  const ATTRIBUTE = /^ {4}[a-z]\w* \w+( (PK|FK|UK)(, (PK|FK|UK))*)?$/;

  test("has lines that Mermaid takes", () => {
    const lines = entityDiagram(schema).split("\n");
    const known = [/^erDiagram$/, /^ {2}\w+ \{$/, /^ {2}\}$/, RELATION, ATTRIBUTE];
    expect(lines.filter((line) => !known.some((form) => form.test(line)))).toEqual([]);
  });

  test("marks keys, and what is unique among rows that live", () => {
    const lines = entityDiagram(schema).split("\n");
    expect(lines).toContain("    bigint id PK");
    expect(lines).toContain("    text email UK");
    expect(lines).toContain("    bigint cake_id FK, UK");
    expect(lines).toContain("    timestamptz placed_at");
  });

  test("says how many rows refer to one, and whether one must be there", () => {
    const lines = entityDiagram(schema).split("\n");
    expect(lines).toContain('  customers ||--o{ orders : "customer_id"');
    expect(lines).toContain('  cakes ||--o| inventory : "cake_id"');
    const columns = schema.columns.map((column) => ({ ...column, nullable: true }));
    expect(entityDiagram({ ...schema, columns })).toContain('customers |o--o{ orders : "customer_id"');
  });
});
