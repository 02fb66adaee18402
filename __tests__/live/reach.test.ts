import { build, stop, type Metafile } from "esbuild";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");

/** What an operator edits. */
const LIVE_FILES = ["src/config/environments.ts", "src/config/account.ts"];

/** The unit and database tests that read the live configuration, and why. */
const READERS: Readonly<Record<string, string>> = {
  "__tests__/live/live-configuration.test.ts": "it is what they check",
  "__tests__/live/edits.test.ts": "they edit its text",
  "__tests__/live/third-environment.test.ts": "they add to its text",
  "__tests__/docs/generated.test.ts": "generated files are current",
  "__tests__/database/schema-reference.test.ts": "it comes with the generated files; no value of it is read",
  "__tests__/pipeline/workflows.test.ts": "the workflows name every environment",
  "__tests__/tools/commands/program.test.ts": "a command line names a live environment; expected values are derived",
  "__tests__/tools/commands/wrong-use.test.ts": "a command line names a live environment; expected values are derived",
  "__tests__/tools/operate/database/place.test.ts": "a command line names a live environment, which is expected",
  "__tests__/tools/shared/terminal/completion.test.ts": "completion offers the live environments",
  "__tests__/database/db-command.test.ts": "the command takes live environments; expected values are derived",
  "__tests__/database/documentation.test.ts": "documented commands take live environments; expected values are derived",
};

/** Files that a file imports, itself or through others. */
function reached(file: string, inputs: Metafile["inputs"]): Set<string> {
  const found = new Set([file]);
  for (const each of found) {
    for (const { external = false, path } of inputs[each]?.imports ?? []) {
      if (!external) {
        found.add(path);
      }
    }
  }
  return found;
}

afterAll(stop);

test("no other unit or database test depends on the live configuration", async () => {
  const tests = readdirSync(join(ROOT, "__tests__"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts") && !/^(end-to-end|faults)\//.test(file))
    .map((file) => `__tests__/${file}`);
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: tests,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    splitting: true,
    outdir: "nowhere",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const readers = tests.filter((file) => LIVE_FILES.some((live) => reached(file, metafile.inputs).has(live)));
  expect(readers.sort()).toEqual(Object.keys(READERS).sort());
});
