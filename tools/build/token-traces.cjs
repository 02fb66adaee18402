/**
 * Runs a function without stack traces of tokens: cdktf takes one for every token, which is most of the time of a large
 * synthesis.
 *
 * @template T
 * @param {() => T} synthesize
 * @returns {T}
 */
function withoutTokenTraces(synthesize) {
  const capture = Error.captureStackTrace;
  Error.captureStackTrace = () => undefined;
  try {
    return synthesize();
  } finally {
    Error.captureStackTrace = capture;
  }
}

module.exports = { withoutTokenTraces };
