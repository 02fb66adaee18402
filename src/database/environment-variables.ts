/** Variable of the migrating function: `true` where data is protected, which sample data must not mix with. */
export const PROTECT_DATA_VARIABLE = "PROTECT_DATA";

/**
 * Whether data is protected.
 *
 * @param env - environment variables; data counts as protected unless {@link PROTECT_DATA_VARIABLE} is `false`
 */
export function protectsData(env: NodeJS.ProcessEnv): boolean {
  return env[PROTECT_DATA_VARIABLE] !== "false";
}
