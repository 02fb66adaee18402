const path = require("node:path");

const ROOT = path.resolve(__dirname, "..", "..");

/** Files that users edit to change an environment: a mistake in them is the user's, not the program's. */
const CONFIGURATION = ["src/config/environments.ts", "src/config/account.ts"];

/** A line of what esbuild reports. It counts columns from 0. */
const SYNTAX_ERROR = /^(.+):(\d+):(\d+): ERROR: (.+)$/gm;

/** A line of a stack trace: the function and the place. */
const FRAME = /^ +at (?:.* \()?(?:file:\/\/)?(?<file>\/[^():]+):(?<line>\d+):(?<column>\d+)\)?$/gm;

/**
 * Explains a failure that the user can fix: a mistake that a command reports, a package that is not
 * installed, a syntax error, a mistake in the configuration that a stack trace locates.
 *
 * @param {unknown} error
 * @returns {string | undefined} undefined for anything else
 */
function explain(error) {
  if (!(error instanceof Error)) {
    return undefined;
  }
  return error.name === "UserError" ? error.message : (missingPackage(error) ?? syntaxErrors(error) ?? located(error));
}

/** @param {Error} error */
function missingPackage(error) {
  const { code } = /** @type {NodeJS.ErrnoException} */ (error);
  const name = /^Cannot find (?:module|package) '((?:@[^/']+\/)?[^./'][^/']*)/.exec(error.message)?.[1];
  return (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") && name !== undefined
    ? `The package ${name} is not installed here. Run npm ci first.`
    : undefined;
}

/**
 * The places that esbuild names, one a line.
 *
 * @param {Error} error
 */
function syntaxErrors({ message }) {
  const lines = [...message.matchAll(SYNTAX_ERROR)].map(([, file = "", line, column, text = ""]) => {
    const place = [inProject(file), line, Number(column) + 1].join(":");
    return `${place}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
  });
  return lines.length > 0 ? lines.join("\n") : undefined;
}

/**
 * An error whose innermost stack frame in the project is in the configuration.
 *
 * @param {Error} error
 */
function located({ message, stack = "" }) {
  const places = [...stack.matchAll(FRAME)].map(({ groups }) => ({ ...groups, file: inProject(groups?.file ?? "") }));
  const nearest = /** @type {{ file: string, line?: string, column?: string } | undefined} */ (
    places.find(({ file }) => !file.startsWith("..") && !file.includes("node_modules/"))
  );
  return nearest !== undefined && CONFIGURATION.includes(nearest.file)
    ? `${[nearest.file, nearest.line, nearest.column].join(":")}: ${message}`
    : undefined;
}

/** @param {string} file */
function inProject(file) {
  return path.relative(ROOT, path.resolve(ROOT, file));
}

module.exports = { explain };
