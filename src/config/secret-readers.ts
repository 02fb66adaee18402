import type { EnvironmentConfig } from "./schema";

/** What says who may read the secrets of an environment. */
type Readers = Pick<EnvironmentConfig, "keyAdminArn" | "lambdaExecutionRoleArn" | "secretReaderArns">;

/**
 * Principals that the secrets' policies let read beside the execution role.
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
 * Everyone whom the secrets' policies do not deny reading. Every plan reads the database secret, so whoever
 * plans or applies has to be one of them.
 *
 * @returns ARNs of users and roles
 */
export function secretReaders(config: Readers): string[] {
  return [config.lambdaExecutionRoleArn, ...otherSecretReaders(config)];
}
