const { build } = require("esbuild");
const { zipSync } = require("fflate");
const { mkdirSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");

/** Where the configuration's default artifact lies, relative to the project's folder. */
const FUNCTION_PACKAGE = "dist/app.zip";

/**
 * Start of the DOS calendar, in local time as the zip format has it: the same bytes on every day and
 * in every time zone.
 */
const FIXED_TIME = new Date(1980, 0, 1);

/**
 * Builds the default deployment package: one bundled file in a zip whose bytes depend on the sources
 * alone.
 *
 * @param {string} root - the project's folder
 */
async function buildFunction(root) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: ["src/app/handler.ts"],
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    write: false,
    legalComments: "none",
    logLevel: "silent",
  });
  const [bundle] = result.outputFiles;
  if (!bundle) {
    throw new Error("esbuild made no output for src/app/handler.ts");
  }
  const zip = zipSync({ "index.js": [bundle.contents, { level: 9, mtime: FIXED_TIME }] });
  replaceFile(path.resolve(root, FUNCTION_PACKAGE), zip);
}

/**
 * Writes a file so that a reader at the same moment sees the old or the new one, never a part.
 *
 * @param {string} file
 * @param {Uint8Array} contents
 */
function replaceFile(file, contents) {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${String(process.pid)}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, file);
}

module.exports = { buildFunction, FUNCTION_PACKAGE };
