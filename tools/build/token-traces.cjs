/**
 * Runs a function while tokens keep no stack traces: cdktf takes one for every token, and they are most
 * of the time of a large synthesis.
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
