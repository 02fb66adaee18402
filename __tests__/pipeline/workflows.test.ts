import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ACCOUNT } from "../../src/config/account";
import { environments } from "../../src/config/environments";
import { PROJECT } from "../../tools/shared/terraform/synthesize";
import { workflowsSuite } from "./workflows-suite";

workflowsSuite("the workflows", (file) => readFileSync(join(PROJECT, file), "utf8"), {
  account: ACCOUNT,
  names: environments.map(({ name }) => name),
});
