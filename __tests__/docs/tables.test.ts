import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environments } from "../../src/config/environments";
import { configurationTable, differencesTable, withTable } from "../../tools/docs/configuration-table";

const ROOT = join(__dirname, "..", "..");

/** UPDATE_DOCS=1 writes the tables anew. */
test.each([
  ["docs/configuration.md", configurationTable],
  ["README.md", differencesTable],
])("the table in %s says what the configuration says", (file, render) => {
  const path = join(ROOT, file);
  const text = readFileSync(path, "utf8");
  const expected = withTable(text, render(environments));
  if (process.env.UPDATE_DOCS === "1") {
    writeFileSync(path, expected);
  }
  expect(readFileSync(path, "utf8")).toBe(expected);
});
