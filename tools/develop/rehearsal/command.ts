import { join } from "node:path";
import type { EnvironmentConfig } from "../../../src/config/schema";
import type { Run } from "../../shared/terminal/command";
import { environmentNamed, EXAMPLE } from "../../shared/terminal/environments";
import { streamProgress } from "../../shared/terminal/progress";
import { assumeDeployer } from "./deployer";
import { rehearse, type AppliedEnvironment } from "./rehearsal";
import { report } from "./report";

/** Variables with which a terminal reaches the emulator and nothing else. */
const EXPORTED = [
  "AWS_ENDPOINT_URL",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_REGION",
  "TF_CLI_CONFIG_FILE",
  "CDKTF_OUTDIR",
] as const;

/** Runs `npm run rehearse`. */
export const run: Run = async (line) => {
  const config = environmentNamed(line.word("ENVIRONMENT") ?? EXAMPLE);
  const keep = line.flag("keep");
  console.log(`Rehearsing ${config.name} against an emulated AWS`);
  const result = await rehearse({
    config,
    progress: streamProgress(process.stdout),
    destroy: !keep,
    inspect: keep ? (applied) => showAndWait(config, applied) : undefined,
  });
  console.log(report(result));
  return result.succeeded ? 0 : 1;
};

/** Prints the deployer's credentials: a plan reads the secrets, and only their readers can. */
async function showAndWait(
  config: EnvironmentConfig,
  { url, env, folder, result }: AppliedEnvironment,
): Promise<never> {
  const deployer: NodeJS.ProcessEnv = {
    ...(await assumeDeployer(config, env)),
    CDKTF_OUTDIR: join(folder, "..", ".."),
  };
  console.log(report(result));
  console.log(
    [
      `It runs at ${url} until Ctrl-C. From another terminal:`,
      "",
      ...EXPORTED.map((name) => `  export ${name}=${String(deployer[name])}`),
      "",
      `  npm run plan -- ${config.name}              # change src/config/environments.ts first, to see the review`,
      `  npm run apply -- ${config.name}`,
      `  terraform -chdir=${folder} state list`,
      "  aws lambda list-functions      # any AWS client that reads AWS_ENDPOINT_URL",
    ].join("\n"),
  );
  return new Promise(() => undefined);
}
