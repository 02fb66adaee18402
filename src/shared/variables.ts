/**
 * Environment variables of the functions. One module for both sides: the stack sets them, the functions and the commands
 * read them.
 */

/** Variables that lead to a database, as the handover names them: its secret's ARN, its host, its name. */
export const DATABASE_VARIABLES = { secretArn: "DB_SECRET_ARN", host: "DB_HOST", name: "DB_NAME" } as const;

/** Variable of the migrating function: `true` where data is protected and sample data is not allowed. */
export const PROTECT_DATA_VARIABLE = "PROTECT_DATA";

/** Variable of the app: the one origin that browsers may call the API from. */
export const ALLOWED_ORIGIN_VARIABLE = "API_ALLOWED_ORIGIN";

/** Variable of the app: the ARN of the secret with Razorpay's keys. */
export const RAZORPAY_SECRET_VARIABLE = "RAZORPAY_SECRET_ARN";

/** Variable of the app: the address of a stand-in for Razorpay. Unset, the app calls Razorpay itself. */
export const RAZORPAY_URL_VARIABLE = "RAZORPAY_URL";

/**
 * Whether data is protected.
 *
 * @param env - environment variables; data counts as protected unless {@link PROTECT_DATA_VARIABLE} is `false`
 */
export function protectsData(env: NodeJS.ProcessEnv): boolean {
  return env[PROTECT_DATA_VARIABLE] !== "false";
}
