/**
 * The command of cdktf.json: builds the functions' packages, bundles an entry file (main.ts by default), and runs it.
 * The sources are one bundle, and the large packages that they import another. Both are cached in node_modules/.cache/
 * with V8's compiled form, until their inputs change. Delete that folder after editing a file in node_modules.
 *
 * cdktf.json raises V8's young generation (--max-semi-space-size): a synthesis creates many short-lived objects, which
 * are then collected less often.
 */
const { Buffer } = require("node:buffer");
const { readFileSync, statSync } = require("node:fs");
const { createRequire, SourceMap } = require("node:module");
const path = require("node:path");
const { buildFunctions } = require("./build-functions.cjs");
const { explain } = require("./explain-failure.cjs");
const { keep, keyOf, recall, runModule } = require("./code-cache.cjs");
const { withoutTokenTraces } = require("./token-traces.cjs");

const ROOT = path.resolve(__dirname, "..", "..");
const CACHE = path.join(ROOT, "node_modules", ".cache", "aleenascuisine");

/** Packages with their own bundle: bundling them takes seconds, and they change with the lock file alone. */
const LARGE = ["cdktf", "constructs", "@cdktf/provider-aws"];

/** Inputs of every bundle. npm's record has the version of each installed package. */
const COMMON_INPUTS = [path.join(__dirname, "synth.cjs"), "tsconfig.json", "node_modules/.package-lock.json"];

/**
 * PHASE_A_STACK_TRACES=1: tokens keep the stack trace of their creation, which an error about an
 * unresolved token shows, and traces point into the TypeScript sources. Several times slower.
 */
const STACK_TRACES = process.env.PHASE_A_STACK_TRACES === "1";

/**
 * The bundle of the sources.
 *
 * @typedef {object} Sources
 * @property {string} code
 * @property {string} key - of its inputs
 * @property {string[]} packages - modules of {@link LARGE} that it imports
 * @property {string[]} inputs - source files
 */

/** @type {import("esbuild").BuildOptions & { write: false, metafile: true }} */
const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  write: false,
  metafile: true,
  sourcemap: STACK_TRACES ? "inline" : false,
  logLevel: "silent",
};

/** @param {readonly string[]} files */
function keyOfFiles(files) {
  return keyOf([...COMMON_INPUTS, ...files].flatMap((file) => [file, readFileSync(path.resolve(ROOT, file))]));
}

/**
 * @param {string} entry - absolute path of a TypeScript file
 * @returns {Promise<Sources>}
 */
async function sourcesOf(entry) {
  const list = path.join(CACHE, `${nameOf(entry)}.inputs`);
  const file = path.join(CACHE, `${nameOf(entry)}.sources`);
  try {
    const inputs = /** @type {string[]} */ (parsed(readFileSync(list, "utf8")));
    const kept = recall(file, keyOfFiles(inputs));
    if (kept && !STACK_TRACES) {
      return /** @type {Sources} */ (parsed(kept.toString()));
    }
  } catch {
    // Nothing is cached, or a source is missing.
  }
  const start = Date.now();
  const sources = await bundleSources(entry);
  // If a source was written during the bundling, the bundle may have its old contents.
  if (sources.inputs.every((input) => statSync(path.resolve(ROOT, input)).mtimeMs < start)) {
    keep(file, sources.key, Buffer.from(JSON.stringify(sources)));
    keep(list, "", Buffer.from(JSON.stringify(sources.inputs)));
  }
  return sources;
}

/**
 * @param {string} json
 * @returns {unknown}
 */
function parsed(json) {
  return JSON.parse(json);
}

/**
 * @param {string} entry
 * @returns {Promise<Sources>}
 */
async function bundleSources(entry) {
  const { metafile, outputFiles } = await require("esbuild").build({
    ...OPTIONS,
    entryPoints: [entry],
    external: LARGE,
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const isLarge = (/** @type {string} */ name) => LARGE.some((each) => name === each || name.startsWith(`${each}/`));
  const inputs = Object.keys(metafile.inputs).filter((input) => !input.startsWith("node_modules/"));
  return {
    code: outputFiles[0]?.text ?? "",
    key: keyOfFiles(inputs),
    packages: [...new Set(imports.map((each) => each.path))].filter(isLarge).sort(),
    inputs,
  };
}

/**
 * Bundles modules of packages. Each runs when it is first required.
 *
 * @param {readonly string[]} names
 * @returns {Promise<Pick<Sources, "code" | "key"> & { cache: string }>}
 */
async function packagesOf(names) {
  const cache = path.join(CACHE, `packages-${keyOf(names).slice(0, 16)}`);
  const key = keyOfFiles([]);
  const kept = recall(cache, key);
  if (kept) {
    return { code: kept.toString("latin1"), key, cache }; // esbuild writes ASCII alone.
  }
  const getters = names.map((name) => `get ${JSON.stringify(name)}() { return require(${JSON.stringify(name)}); }`);
  const { outputFiles } = await require("esbuild").build({
    ...OPTIONS,
    sourcemap: false,
    minifyWhitespace: true,
    stdin: { contents: `module.exports = { ${getters.join(", ")} };`, resolveDir: ROOT },
  });
  const code = outputFiles[0]?.text ?? "";
  keep(cache, key, Buffer.from(code));
  return { code, key, cache };
}

/** @param {string} entry */
function nameOf(entry) {
  return `${path.basename(entry, ".ts")}-${keyOf([entry]).slice(0, 16)}`;
}

/**
 * @param {string} entry - entry file of the bundle; modules are resolved from there
 * @param {Sources} sources
 * @param {Awaited<ReturnType<typeof packagesOf>>} packages
 */
function run(entry, sources, packages) {
  const load = createRequire(entry);
  const large = runModule({
    code: packages.code,
    key: packages.key,
    filename: path.join(CACHE, "packages.js"),
    require: load,
    cache: `${packages.cache}.compiled`,
  });
  const bundled = /** @type {Readonly<Record<string, unknown>>} */ (large.exports);
  const own = runModule({
    code: sources.code,
    key: sources.key,
    filename: entry,
    require: (name) => (sources.packages.includes(name) ? bundled[name] : /** @type {unknown} */ (load(name))),
    cache: STACK_TRACES ? undefined : path.join(CACHE, `${nameOf(entry)}.compiled`),
  });
  large.keepCompiled();
  own.keepCompiled();
}

/** @param {string} entry */
async function synthesize(entry) {
  process.chdir(ROOT);
  const [sources] = await Promise.all([sourcesOf(entry), buildFunctions(ROOT)]);
  const packages = await packagesOf(sources.packages);
  if (STACK_TRACES) {
    process.setSourceMapsEnabled(true);
    run(entry, sources, packages);
  } else {
    withoutTokenTraces(() => {
      run(entry, sources, packages);
    });
  }
}

/**
 * A source map.
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
 * Maps an error's stack trace to the sources.
 *
 * @param {string} entry
 * @param {unknown} error
 */
async function locate(entry, error) {
  if (!(error instanceof Error) || explain(error) !== undefined) {
    return;
  }
  const { outputFiles } = await require("esbuild").build({
    ...OPTIONS,
    entryPoints: [entry],
    external: LARGE,
    outfile: path.join(ROOT, "bundle.js"),
    sourcemap: "external",
  });
  /** @type {unknown} */
  const json = JSON.parse(outputFiles.find((file) => file.path.endsWith(".map"))?.text ?? "");
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
