import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environments } from "../../src/config/environments";
import { configurationTable, differencesTable } from "../../tools/develop/docs/configuration-table";
import { gateTable, protectedTypesTable } from "../../tools/develop/docs/gate-table";
import { withTable } from "../../tools/develop/docs/markdown";

const ROOT = join(__dirname, "..", "..");

/** UPDATE_DOCS=1 writes the tables anew. */
test.each([
  ["docs/configuration.md", "configuration", () => configurationTable(environments)],
  ["README.md", "configuration", () => differencesTable(environments)],
  ["docs/review.md", "protected types", protectedTypesTable],
  ["docs/review.md", "gate", gateTable],
])("%s: the table of %s matches the sources", (file, name, render) => {
  const path = join(ROOT, file);
  const text = readFileSync(path, "utf8");
  const expected = withTable(text, name, render());
  if (process.env.UPDATE_DOCS === "1") {
    writeFileSync(path, expected);
  }
  expect(readFileSync(path, "utf8")).toBe(expected);
});
