/**
 * The command of cdktf.json: builds the functions' packages, bundles an entry file (main.ts unless
 * another is named) in memory, and runs it. Packages are loaded from node_modules as they are: bundling
 * the provider's large files takes longer than loading them.
 *
 * cdktf.json raises V8's young generation (--max-semi-space-size): a synthesis makes many short-lived
 * objects, and collects them less often that way.
 */
const { build } = require("esbuild");
const { createRequire } = require("node:module");
const path = require("node:path");
const { compileFunction } = require("node:vm");
const { buildFunctions } = require("./build-functions.cjs");
const { withoutTokenTraces } = require("./token-traces.cjs");

const ROOT = path.resolve(__dirname, "..", "..");

/**
 * PHASE_A_STACK_TRACES=1: tokens keep the stack trace of their making, which an error about an
 * unresolved token shows, and traces point into the TypeScript sources. Several times slower.
 */
const STACK_TRACES = process.env.PHASE_A_STACK_TRACES === "1";

/**
 * @param {string} entry - absolute path of a TypeScript file
 * @returns {Promise<string>} the bundle
 */
async function bundle(entry) {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    write: false,
    sourcemap: STACK_TRACES ? "inline" : false,
    logLevel: "silent",
  });
  return result.outputFiles[0]?.text ?? "";
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
  const built = Promise.all([bundle(entry), buildFunctions(ROOT)]);
  // esbuild works in a process of its own; the largest package is loaded meanwhile.
  require("cdktf");
  const [code] = await built;
  if (STACK_TRACES) {
    process.setSourceMapsEnabled(true);
    run(entry, code);
  } else {
    withoutTokenTraces(() => {
      run(entry, code);
    });
  }
}

synthesize(path.resolve(ROOT, process.argv[2] ?? "main.ts")).catch((/** @type {unknown} */ error) => {
  process.exitCode = 1;
  const mistake = error instanceof Error && error.name === "UserError";
  console.error(mistake ? error.message : error);
});
