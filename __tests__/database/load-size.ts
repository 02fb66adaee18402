/** Set by jest's project `load`, which runs at the whole size. */
const whole = "WHOLE_LOAD" in globalThis;

/** Payments that are created at once, each by two clients. */
export const PAYMENTS = whole ? 200 : 40;

/** Orders of the shop that queries are asked of. */
export const ORDERS = whole ? 1_000_000 : 50_000;
