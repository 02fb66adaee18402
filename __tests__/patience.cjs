/**
 * Milliseconds that any test waits for anything. Only what hangs reaches it: a wait ends when what it waits for happens,
 * and no machine is too busy for that.
 */
const PATIENCE_MS = 600_000;

module.exports = { PATIENCE_MS };
