import { Testing, type App } from "cdktf";

/** Created by jest's global setup. Testing.app() alone leaves a temporary folder behind each time. */
export const OUTDIR = "dist/unit-tests";

/** An app whose stacks are synthesized in memory. */
export function testApp(): App {
  return Testing.app({ outdir: OUTDIR });
}
