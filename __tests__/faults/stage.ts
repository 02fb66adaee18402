import { APIGatewayClient, UpdateAccountCommand } from "@aws-sdk/client-api-gateway";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { cpSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../src/config/schema";
import { API_LOGGING_ROLE, stackName, stateBucketName } from "../../src/config/names";
import { runProgram, type ProgramResult } from "../../tools/shared/process/program";
import { AwsSession } from "../../tools/shared/aws/session";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { StackTerraform } from "../../tools/shared/terraform/stack-terraform";
import { PROJECT, stackFolder } from "../../tools/shared/terraform/synthesize";
import { pinnedProvider, providerInstallation } from "../../tools/shared/terraform/provider";
import type { Terraform } from "../../tools/shared/terraform/terraform";
import { assumeDeployer } from "../../tools/develop/rehearsal/deployer";
import type { Emulator } from "../../tools/develop/rehearsal/emulator";
import { createExecutionRole } from "../../tools/develop/rehearsal/execution-role";
import { emulatedAccount } from "../end-to-end/emulated-account";
import { SYNTHESIZED } from "../end-to-end/prerequisites";
import { present } from "../helpers/present";

/** An emulated account that is ready for an environment, and a caller who may deploy it. */
export interface Stage {
  readonly emulator: Emulator;
  /** Environment of the deployer. */
  readonly env: NodeJS.ProcessEnv;
  /** Synthesized stacks. */
  readonly outdir: string;
  /** Terraform in the folder of an environment, initialised. */
  terraform(config: EnvironmentConfig): Promise<Terraform>;
  /** Runs a command of the project as a user would. @param command - its name */
  tool(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<ProgramResult>;
}

/**
 * Prepares an emulated account, and what deploys to it.
 *
 * @param configs - environments that are to be deployed; all in one account
 * @param folder - temporary folder
 */
export async function prepareStage(configs: readonly EnvironmentConfig[], folder: string): Promise<Stage> {
  const [first] = configs;
  if (!first) {
    throw new Error("A stage needs an environment");
  }
  const outdir = join(folder, "cdktf.out");
  cpSync(present(process.env[SYNTHESIZED]), outdir, { recursive: true });
  const emulator = await emulatedAccount();
  const installation = providerInstallation(pinnedProvider(stackFolder(outdir, stackName(first.name))), folder);
  const owner = { ...emulator.env, ...installation };
  await prepareAccount(first, owner);
  const env = { ...(await assumeDeployer(first, owner)), CDKTF_OUTDIR: outdir };
  return {
    emulator,
    env,
    outdir,
    terraform: async (config) => {
      const terraform = new StackTerraform({ outdir, environment: config.name, env });
      await terraform.initIfNeeded();
      return terraform;
    },
    tool: (command, args, own = env) =>
      runProgram(process.execPath, ["tools/run.cjs", command, ...args], {
        cwd: PROJECT,
        env: own,
      }),
  };
}

/**
 * Makes an account ready for an environment: what the foundation stack creates in a minute is created through the API in
 * a second.
 *
 * @param env - environment of the account's owner
 */
export async function prepareAccount(config: EnvironmentConfig, env: NodeJS.ProcessEnv): Promise<void> {
  const { account } = config;
  await makeStateBucket(account, env);
  await new APIGatewayClient(clientSettings(account.region, env)).send(
    new UpdateAccountCommand({
      patchOperations: [
        { op: "replace", path: "/cloudwatchRoleArn", value: `arn:aws:iam::${account.id}:role/${API_LOGGING_ROLE}` },
      ],
    }),
  );
  await createExecutionRole(config, new AwsSession(account, env));
}

async function makeStateBucket({ id, region }: EnvironmentConfig["account"], env: NodeJS.ProcessEnv): Promise<void> {
  const s3 = new S3Client(clientSettings(region, env));
  const Bucket = stateBucketName(id);
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "ap-south-1" } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
}
