import { App } from "cdktf";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { dev } from "../../../src/config/environments";
import { assertValid } from "../../../src/config/validate";
import { EnvironmentStack } from "../../../src/stacks/environment-stack";

/** Entry file of the benchmark: what `main.ts` does, for a hundred environments. */
const environments: readonly EnvironmentConfig[] = Array.from({ length: 100 }, (_, index) => ({
  ...dev,
  name: `bench${String(index)}`,
}));

assertValid(environments);

const app = new App();
for (const config of environments) {
  new EnvironmentStack(app, config);
}
app.synth();
