import type { EnvironmentConfig } from "./schema";

/** Fields that decide who may read the secrets of an environment. */
type Readers = Pick<EnvironmentConfig, "keyAdminArn" | "lambdaExecutionRoleArn" | "secretReaderArns">;

/**
 * Principals that the secrets' policies allow to read, in addition to the execution role.
 *
 * @returns ARNs of users and roles
 */
export function otherSecretReaders({
  keyAdminArn,
  secretReaderArns,
}: Omit<Readers, "lambdaExecutionRoleArn">): string[] {
  return [keyAdminArn, ...secretReaderArns];
}

/**
 * Everyone whom the secrets' policies do not deny reading. Every plan reads the database secret, so the principal that
 * plans or applies must be one of them.
 *
 * @returns ARNs of users and roles
 */
export function secretReaders(config: Readers): string[] {
  return [config.lambdaExecutionRoleArn, ...otherSecretReaders(config)];
}
