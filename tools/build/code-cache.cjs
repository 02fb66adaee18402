const { Buffer } = require("node:buffer");
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { Script } = require("node:vm");

/**
 * Keeps code and V8's compiled form of it from one run to the next. If the cache cannot be read or written, the run is
 * only slower.
 *
 * Each file begins with a key that shows whether it is current, and is replaced as a whole. V8 itself compares only the
 * length of the code.
 */

/** Hexadecimal digits of a key. */
const KEY_LENGTH = 64;

/**
 * @param {readonly (string | Uint8Array)[]} parts - what a cached value depends on
 * @returns {string} a key
 */
function keyOf(parts) {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(`${String(part.length)}\n`).update(part);
  }
  return hash.digest("hex");
}

/**
 * @param {string} file
 * @param {string} key
 * @returns {Buffer | undefined} the cached value; undefined if it has another key
 */
function recall(file, key) {
  try {
    const bytes = readFileSync(file);
    return bytes.toString("latin1", 0, KEY_LENGTH) === key ? bytes.subarray(KEY_LENGTH) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} file
 * @param {string} key
 * @param {Uint8Array} bytes
 */
function keep(file, key, bytes) {
  const temporary = `${file}.${String(process.pid)}.tmp`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(temporary, Buffer.concat([Buffer.from(key, "latin1"), bytes]));
    renameSync(temporary, file);
  } catch {
    // Nothing is kept.
  }
}

/**
 * Runs code as a CommonJS module.
 *
 * @param {object} options
 * @param {string} options.code
 * @param {string} options.key - of the code
 * @param {string} options.filename - that stack traces show
 * @param {(name: string) => unknown} options.require
 * @param {string} [options.cache] - file for the compiled form @default - it is compiled each time
 * @returns {{ exports: unknown, keepCompiled: () => void }} keepCompiled: caches what was compiled until then
 */
function runModule({ code, key: codeKey, filename, require: load, cache }) {
  const key = keyOf([codeKey, process.version]);
  const cachedData = cache === undefined ? undefined : recall(cache, key);
  const parameters = "exports, require, module, __filename, __dirname";
  // On one line with the code, so that line numbers in stack traces are right.
  const script = new Script(`(function (${parameters}) {${code}\n})`, { filename, cachedData });
  const module = { exports: {} };
  /** @type {unknown} */
  const compiled = script.runInThisContext();
  const main = /** @type {(...values: unknown[]) => void} */ (compiled);
  main(module.exports, load, module, filename, path.dirname(filename));
  return {
    exports: module.exports,
    keepCompiled: () => {
      if (cache !== undefined && (cachedData === undefined || script.cachedDataRejected === true)) {
        keep(cache, key, script.createCachedData());
      }
    },
  };
}

module.exports = { keep, keyOf, recall, runModule };
