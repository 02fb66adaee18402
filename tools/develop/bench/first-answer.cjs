/** Loads a package's handler, calls it once, and writes the milliseconds of both to standard error. */
const { performance } = require("node:perf_hooks");

const [folder = "", event = ""] = process.argv.slice(2);

const start = performance.now();
/** @type {unknown} */
const loaded = require(folder);
const { handler } = /** @type {{ handler: (event: unknown) => Promise<{ statusCode: number }> }} */ (loaded);

handler(JSON.parse(event)).then(
  ({ statusCode }) => {
    const milliseconds = performance.now() - start;
    if (statusCode === 200) {
      console.error(milliseconds);
    } else {
      process.exitCode = 1;
    }
  },
  (/** @type {unknown} */ error) => {
    process.exitCode = 1;
    console.error(error);
  },
);
