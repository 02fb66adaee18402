import { App } from "cdktf";
import { tmpdir } from "node:os";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { EnvironmentStack } from "../../../src/stacks/environment-stack";
import { withoutTokenTraces } from "../../build/token-traces.cjs";

/**
 * The identity policy that an environment needs its execution role to have, as JSON. The environment's stack
 * is made in memory and not synthesized, so the function's package must be there.
 *
 * @param config - validated
 */
export function executionPolicy(config: EnvironmentConfig): string {
  // The app wants a folder that is there; without a synthesis nothing is written to it.
  return withoutTokenTraces(() => new EnvironmentStack(new App({ outdir: tmpdir() }), config).executionRole.policy);
}
