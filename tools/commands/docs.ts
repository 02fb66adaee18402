import type { Command } from "../shared/terminal/command";

export const docs: Command = {
  name: "docs",
  audience: "develop",
  summary: "Write the generated tables, documents and lists",
  description: `\
Writes what is generated from the sources: help, tables in README.md and docs/, docs/openapi.json, docs/schema.md and
the lists of addresses that the tests compare with. Starts a PostgreSQL of its own for the schema.`,
  module: "develop/docs/command",
};
