/** Variables that lead to a database, as the handover names them: its secret's ARN, its host, its name. */
export const DATABASE_VARIABLES = { secretArn: "DB_SECRET_ARN", host: "DB_HOST", name: "DB_NAME" } as const;

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
