import { parseArgs } from "node:util";
import type { EnvironmentConfig } from "../../src/config/environment";
import { environments } from "../../src/config/environments";
import { UserError } from "../../src/config/user-error";
import { runCli } from "../lib/cli";
import { blockers, preflight, renderPreflight } from "./preflight";

const USAGE = `usage: npm run preflight -- ENVIRONMENT

Looks at what would stop a plan or an apply half-way, and at what is left to be done by hand. Changes nothing.
Exits with 1 if a blocking check failed.

  ENVIRONMENT  ${environments.map(({ name }) => name).join(" or ")}`;

runCli(async () => {
  const config = readArguments(process.argv.slice(2));
  const results = await preflight({ config, env: process.env });
  const color = process.stdout.isTTY && (process.env.NO_COLOR ?? "") === "";
  console.log(`Preflight of ${config.name}\n\n${renderPreflight(results, { color })}`);
  return blockers(results).length === 0 ? 0 : 1;
});

function readArguments(args: string[]): EnvironmentConfig {
  let positionals: string[];
  try {
    ({ positionals } = parseArgs({ args, allowPositionals: true, options: {} }));
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
  const [name] = positionals;
  if (name === undefined) {
    throw new UserError(`Which environment?\n\n${USAGE}`);
  }
  const config = environments.find((environment) => environment.name === name);
  if (config === undefined || positionals.length > 1) {
    throw new UserError(`There is no environment "${positionals.join(" ")}".\n\n${USAGE}`);
  }
  return config;
}
