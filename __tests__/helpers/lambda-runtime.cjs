/**
 * Loads a function's package as Lambda's Node.js runtime does, and invokes it for each message of the parent process:
 * the handler is found by its name in the folder of the unpacked zip, answers are JSON, an error is its type and words.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
const path = require("node:path");

const [moduleName = "", handlerName = ""] = (process.env._HANDLER ?? "").split(".");
/** @type {unknown} */
const loaded = require(path.join(process.env.LAMBDA_TASK_ROOT ?? "", moduleName));
const handler = /** @type {Record<string, (event: unknown, context: unknown) => unknown>} */ (loaded)[handlerName];
const timeoutMs = Number(process.env.TIMEOUT_SECONDS) * 1000;

process.on("message", (/** @type {{ id: number; event: unknown }} */ { id, event }) => {
  const start = Date.now();
  const context = {
    awsRequestId: `request-${String(id)}`,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    getRemainingTimeInMillis: () => timeoutMs - (Date.now() - start),
  };
  void answer(event, context).then((outcome) => process.send?.({ id, ...outcome }));
});

/**
 * @param {unknown} event
 * @param {unknown} context
 */
async function answer(event, context) {
  try {
    return { payload: JSON.stringify((await handler?.(event, context)) ?? null) };
  } catch (error) {
    const { name, message } = /** @type {Error} */ (error);
    return { failed: "Unhandled", payload: JSON.stringify({ errorType: name, errorMessage: message, trace: [] }) };
  }
}
