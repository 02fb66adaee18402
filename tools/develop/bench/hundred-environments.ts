import { App } from "cdktf";
import { ACCOUNT } from "../../../src/config/account";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { environments } from "../../../src/config/environments";
import { assertValid } from "../../../src/config/validate";
import { EnvironmentStack } from "../../../src/stacks/environment-stack";

/** Entry file of the benchmark: what `main.ts` does, for a hundred environments. */
const hundred: readonly EnvironmentConfig[] = environments
  .slice(0, 1)
  .flatMap((config) => Array.from({ length: 100 }, (_, index) => ({ ...config, name: `bench${String(index)}` })));

assertValid(hundred, ACCOUNT);

const app = new App();
for (const config of hundred) {
  new EnvironmentStack(app, config);
}
app.synth();
