import { App } from "cdktf";
import { tmpdir } from "node:os";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { EnvironmentStack } from "../../../src/stacks/environment-stack";
import { withoutTokenTraces } from "../../build/token-traces.cjs";

/**
 * The identity policy that an environment needs its execution role to have, as JSON. The environment's stack is built
 * in memory and not synthesized, so the functions' packages must exist.
 *
 * @param config - validated
 */
export function executionPolicy(config: EnvironmentConfig): string {
  // The app needs an existing folder. Nothing is written to it without a synthesis.
  return withoutTokenTraces(() => new EnvironmentStack(new App({ outdir: tmpdir() }), config).executionRole.policy);
}
