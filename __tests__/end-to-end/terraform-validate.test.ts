import { cpSync } from "node:fs";
import { join } from "node:path";
import { environments } from "../../src/config/environments";
import { FOUNDATION_STACK, stackName } from "../../src/config/names";
import { stackFolder } from "../../tools/shared/terraform/synthesize";
import { pinnedProvider, providerInstallation } from "../../tools/shared/terraform/provider";
import { Terraform } from "../../tools/shared/terraform/terraform";
import { present } from "../helpers/present";
import { temporaryFolder } from "../helpers/temporary-folder";
import { describeWith } from "./describe-with";
import { SYNTHESIZED } from "./prerequisites";

describeWith(["terraform"], "terraform validate", () => {
  const folder = temporaryFolder("terraform-validate");
  const outdir = join(folder, "cdktf.out");

  beforeAll(() => {
    cpSync(present(process.env[SYNTHESIZED]), outdir, { recursive: true });
  });

  test.each([FOUNDATION_STACK, ...environments.map(({ name }) => stackName(name))])(
    "has neither an error nor a warning for %s",
    async (stack) => {
      const working = stackFolder(outdir, stack);
      const env = { ...process.env, ...providerInstallation(pinnedProvider(working), folder) };
      const terraform = new Terraform(working, env);
      await terraform.initWithoutBackend();
      expect(await terraform.validate()).toEqual([]);
    },
  );
});
