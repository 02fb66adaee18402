/**
 * The command of cdktf.json: builds the functions' packages, bundles an entry file (main.ts unless
 * another is named) in memory, and runs it. Packages are loaded from node_modules as they are: bundling
 * the provider's large files takes longer than loading them.
 *
 * cdktf.json raises V8's young generation (--max-semi-space-size): a synthesis makes many short-lived
 * objects, and collects them less often that way.
 */
const { createRequire, SourceMap } = require("node:module");
const path = require("node:path");
const { compileFunction } = require("node:vm");
const { buildFunctions } = require("./build-functions.cjs");
const { explain } = require("./explain-failure.cjs");

const ROOT = path.resolve(__dirname, "..", "..");

/**
 * PHASE_A_STACK_TRACES=1: tokens keep the stack trace of their making, which an error about an
 * unresolved token shows, and traces point into the TypeScript sources. Several times slower.
 */
const STACK_TRACES = process.env.PHASE_A_STACK_TRACES === "1";

/**
 * @param {string} entry - absolute path of a TypeScript file
 * @param {false | "inline" | "external"} sourcemap - where its source map goes
 * @returns {Promise<{ code: string, map: string }>} the bundle, and its source map when it is external
 */
async function bundle(entry, sourcemap) {
  const { build } = require("esbuild");
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    write: false,
    outfile: path.join(ROOT, "bundle.js"),
    sourcemap,
    logLevel: "silent",
  });
  /** @param {string} end */
  const output = (end) => result.outputFiles.find((file) => file.path.endsWith(end))?.text ?? "";
  return { code: output(".js"), map: output(".map") };
}

/**
 * @param {string} entry - what the bundle was made from; modules are looked up from there
 * @param {string} code
 */
function run(entry, code) {
  const module = { exports: {} };
  const parameters = ["exports", "require", "module", "__filename", "__dirname"];
  const main = /** @type {(...values: unknown[]) => void} */ (compileFunction(code, parameters, { filename: entry }));
  main(module.exports, createRequire(entry), module, entry, path.dirname(entry));
}

/** @param {string} entry */
async function synthesize(entry) {
  process.chdir(ROOT);
  const built = Promise.all([bundle(entry, STACK_TRACES ? "inline" : false), buildFunctions(ROOT)]);
  built.catch(() => undefined); // It is awaited below, unless a package is missing.
  // esbuild works in a process of its own; the largest package is loaded meanwhile.
  require("cdktf");
  const [{ code }] = await built;
  if (STACK_TRACES) {
    process.setSourceMapsEnabled(true);
    run(entry, code);
  } else {
    const { withoutTokenTraces } = require("./token-traces.cjs");
    withoutTokenTraces(() => {
      run(entry, code);
    });
  }
}

/**
 * What a source map has.
 *
 * @typedef {object} SourceMapJson
 * @property {string} file
 * @property {number} version
 * @property {string[]} sources
 * @property {string[]} sourcesContent
 * @property {string[]} names
 * @property {string} mappings
 * @property {string} sourceRoot
 */

/**
 * Has an error's stack trace name the sources instead of the bundle.
 *
 * @param {string} entry
 * @param {unknown} error
 */
async function locate(entry, error) {
  if (!(error instanceof Error) || explain(error) !== undefined) {
    return;
  }
  const { map } = await bundle(entry, "external");
  /** @type {unknown} */
  const json = JSON.parse(map);
  const sources = new SourceMap(/** @type {SourceMapJson} */ (json));
  error.stack = error.stack?.replaceAll(/([^\s(]+):(\d+):(\d+)/g, (place, file, line, column) => {
    if (file !== entry) {
      return place;
    }
    const origin = sources.findEntry(Number(line) - 1, Number(column) - 1);
    return "originalSource" in origin
      ? [path.resolve(ROOT, origin.originalSource), origin.originalLine + 1, origin.originalColumn + 1].join(":")
      : place;
  });
}

const ENTRY = path.resolve(ROOT, process.argv[2] ?? "main.ts");

synthesize(ENTRY).catch(async (/** @type {unknown} */ error) => {
  process.exitCode = 1;
  await locate(ENTRY, error);
  console.error(explain(error) ?? error);
});
