import { App } from "cdktf";
import { ACCOUNT } from "./src/config/account";
import { environments } from "./src/config/environments";
import { assertValid } from "./src/config/validate";
import { EnvironmentStack } from "./src/stacks/environment-stack";
import { FoundationStack } from "./src/stacks/foundation-stack";

assertValid(environments, ACCOUNT);

const app = new App();
new FoundationStack(app, ACCOUNT);
for (const config of environments) {
  new EnvironmentStack(app, config);
}
app.synth();
