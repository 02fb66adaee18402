import { parseArgs, type ParseArgsConfig } from "node:util";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { environments } from "../../../src/config/environments";
import { UserError } from "../../../src/shared/user-error";

/** The environments' names, for the usage of a command. */
export const ENVIRONMENT_NAMES = environments.map(({ name }) => name).join(" or ");

/**
 * Takes a command line apart. Asked for help, it prints the usage and ends the process.
 *
 * @param usage - of the command, shown below what is wrong
 * @throws UserError when the line has what the command does not take
 */
export function parseLine<T extends ParseArgsConfig>(config: T, usage: string): ReturnType<typeof parseArgs<T>> {
  if (config.args?.some((word) => word === "--help" || word === "-h")) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

/**
 * The environment that a command line names.
 *
 * @returns what is wrong with the words, if they are not the name of one environment
 */
export function environmentOf(words: readonly string[]): EnvironmentConfig | string {
  const config = environments.find(({ name }) => name === words[0]);
  return config && words.length === 1 ? config : `There is no environment "${words.join(" ")}".`;
}

/**
 * The environment that a command line names.
 *
 * @param usage - of the command, shown below what is wrong
 * @throws UserError when the words are not the name of one environment
 */
export function requireEnvironment(words: readonly string[], usage: string): EnvironmentConfig {
  const config = environmentOf(words);
  if (typeof config === "string") {
    throw new UserError(`${config}\n\n${usage}`);
  }
  return config;
}
