import type { EnvironmentConfig } from "../../../src/config/schema";
import { environments } from "../../../src/config/environments";
import type { Argument } from "./command";

/** Names of the environments, in the order of the configuration. */
export const ENVIRONMENT_NAMES: readonly string[] = environments.map(({ name }) => name);

/** The environment in examples. */
export const EXAMPLE = ENVIRONMENT_NAMES[0] ?? "ENVIRONMENT";

/** The argument of a command that works on an environment. */
export const ENVIRONMENT: Argument = {
  name: "ENVIRONMENT",
  noun: "environment",
  description: "an environment",
  values: ENVIRONMENT_NAMES,
};

/**
 * The environment with a name from a checked command line.
 *
 * @throws Error when there is none
 */
export function environmentNamed(name: string | undefined): EnvironmentConfig {
  const config = environments.find((environment) => environment.name === name);
  if (!config) {
    throw new Error(`A command accepted the unknown environment "${name ?? ""}"`);
  }
  return config;
}
