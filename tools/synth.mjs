/**
 * The command of cdktf.json: builds the function's package, bundles an entry file (main.ts unless
 * another is named) in memory, and runs it. Packages are loaded from node_modules as they are, which is
 * quicker than bundling the provider's large files.
 */
import { build } from "esbuild";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compileFunction } from "node:vm";
import { buildFunction } from "./build-function.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Set to anything: tokens keep the stack trace of their making, for an error that names an unresolved token. */
const STACK_TRACES = "PHASE_A_STACK_TRACES";

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
    sourcemap: "inline",
    logLevel: "silent",
  });
  return result.outputFiles[0]?.text ?? "";
}

/**
 * @param {string} entry
 * @param {string} code
 */
function run(entry, code) {
  process.setSourceMapsEnabled(true);
  const module = { exports: {} };
  const main = compileFunction(code, ["exports", "require", "module", "__filename", "__dirname"], { filename: entry });
  main(module.exports, createRequire(entry), module, entry, dirname(entry));
}

/**
 * Runs a function while tokens keep no stack traces: cdktf takes one for every token, and they are most
 * of the time of a large synthesis.
 *
 * @param {() => void} synthesize
 */
function withoutTokenTraces(synthesize) {
  const capture = Error.captureStackTrace;
  if (process.env[STACK_TRACES] === undefined) {
    Error.captureStackTrace = () => undefined;
  }
  try {
    synthesize();
  } finally {
    Error.captureStackTrace = capture;
  }
}

try {
  const entry = resolve(ROOT, process.argv[2] ?? "main.ts");
  process.chdir(ROOT);
  const [code] = await Promise.all([bundle(entry), buildFunction(ROOT)]);
  withoutTokenTraces(() => {
    run(entry, code);
  });
} catch (error) {
  process.exitCode = 1;
  const mistake = error instanceof Error && error.name === "UserError";
  console.error(mistake ? error.message : error);
}
