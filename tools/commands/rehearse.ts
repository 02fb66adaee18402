import { join } from "node:path";
import type { EnvironmentConfig } from "../../src/config/schema";
import { environments } from "../../src/config/environments";
import { ENVIRONMENT_NAMES, parseLine, requireEnvironment } from "../shared/terminal/arguments";
import { runCli } from "../shared/terminal/cli";
import { assumeDeployer } from "../develop/rehearsal/deployer";
import { rehearse, type AppliedEnvironment } from "../develop/rehearsal/rehearsal";
import { streamProgress } from "../shared/terminal/progress";
import { report } from "../develop/rehearsal/report";

/** What a terminal needs in order to talk to the emulator and to nothing else. */
const EXPORTED = [
  "AWS_ENDPOINT_URL",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_REGION",
  "TF_CLI_CONFIG_FILE",
  "CDKTF_OUTDIR",
] as const;

const USAGE = `usage: npm run rehearse [-- ENVIRONMENT] [--keep]

Deploys an environment to an emulated AWS on this machine and takes it down again.

  ENVIRONMENT  ${ENVIRONMENT_NAMES}; ${environments[0]?.name ?? ""} if none is named
  --keep       leave it standing, print how to look at it, and wait for Ctrl-C`;

runCli(async () => {
  const { config, keep } = readArguments(process.argv.slice(2));
  console.log(`Rehearsing ${config.name} against an emulated AWS`);
  const result = await rehearse({
    config,
    progress: streamProgress(process.stdout),
    destroy: !keep,
    inspect: keep ? (applied) => showAndWait(config, applied) : undefined,
  });
  console.log(report(result));
  return result.succeeded ? 0 : 1;
});

function readArguments(args: string[]): { config: EnvironmentConfig; keep: boolean } {
  const { positionals, values } = parseLine(
    { args, allowPositionals: true, options: { keep: { type: "boolean", default: false } } },
    USAGE,
  );
  const words = positionals.length === 0 ? environments.slice(0, 1).map(({ name }) => name) : positionals;
  return { config: requireEnvironment(words, USAGE), keep: values.keep };
}

/** Whoever looks is given the deployer's credentials: a plan reads the secrets, and they are not for everyone. */
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
      `It stands at ${url} until Ctrl-C. From another terminal:`,
      "",
      ...EXPORTED.map((name) => `  export ${name}=${String(deployer[name])}`),
      "",
      `  npm run plan -- ${config.name}              # change src/config/environments.ts before, and see the review`,
      `  npm run apply -- ${config.name}`,
      `  terraform -chdir=${folder} state list`,
      "  aws lambda list-functions      # any AWS client that reads AWS_ENDPOINT_URL",
    ].join("\n"),
  );
  return new Promise(() => undefined);
}
