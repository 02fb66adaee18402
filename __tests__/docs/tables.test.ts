import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACCOUNT } from "../../src/config/account";
import { environments } from "../../src/config/environments";
import { generatedFiles } from "../../tools/develop/docs/generated";

const ROOT = join(__dirname, "..", "..");

/** UPDATE_DOCS=1 renews the files. */
test.each(generatedFiles({ account: ACCOUNT, environments }))("$file: $part matches the sources", ({ file, renew }) => {
  const path = join(ROOT, file);
  const expected = renew(readFileSync(path, "utf8"));
  if (process.env.UPDATE_DOCS === "1") {
    writeFileSync(path, expected);
  }
  expect(readFileSync(path, "utf8")).toBe(expected);
});
