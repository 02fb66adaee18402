import type { EnvironmentConfig } from "../../src/config/schema";
import { ENVIRONMENT_NAMES, parseLine, requireEnvironment } from "../shared/terminal/arguments";
import { runCli } from "../shared/terminal/cli";
import { showsColor } from "../shared/terminal/color";
import { blockers, preflight, renderPreflight } from "../operate/preflight/preflight";

const USAGE = `usage: npm run preflight -- ENVIRONMENT

Looks at what would stop a plan or an apply half-way, and at what is left to be done by hand. Changes nothing.
Exits with 1 if a blocking check failed.

  ENVIRONMENT  ${ENVIRONMENT_NAMES}`;

runCli(async () => {
  const config = readArguments(process.argv.slice(2));
  const results = await preflight({ config, env: process.env });
  console.log(`Preflight of ${config.name}\n\n${renderPreflight(results, { color: showsColor(process.stdout) })}`);
  return blockers(results).length === 0 ? 0 : 1;
});

function readArguments(args: string[]): EnvironmentConfig {
  return requireEnvironment(parseLine({ args, allowPositionals: true, options: {} }, USAGE).positionals, USAGE);
}
