const path = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");
/**
 * Seconds of a suite in a whole run on two cores; those below five are left out.
 *
 * @type {Readonly<Record<string, number>>}
 */
const seconds = require("./durations.json");

/** @param {import("@jest/test-result").Test} test */
const durationOf = (test) => seconds[path.relative(__dirname, test.path)] ?? 0;

/**
 * Starts the longest suites first, so that no worker is left alone with one at the end. jest itself goes by what it has
 * measured on this machine, and on a fresh clone by the sizes of files.
 */
module.exports = class LongestFirst extends Sequencer {
  /**
   * @override
   * @param {import("@jest/test-result").Test[]} tests
   */
  sort(tests) {
    return [...tests].sort((one, other) => durationOf(other) - durationOf(one));
  }
};
