/** The program behind the npm scripts. Runs the command in its arguments; loads TypeScript without a build. */
const { explain } = require("./build/explain-failure.cjs");

/** @returns {Promise<number>} the exit code */
async function run() {
  require("tsx/cjs/api").register();
  return require("./cli").main(process.argv.slice(2));
}

run().then(
  (code) => {
    process.exitCode = code;
  },
  (/** @type {unknown} */ error) => {
    process.exitCode = 1;
    console.error(explain(error) ?? error);
  },
);
