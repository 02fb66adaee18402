import { APIGatewayClient, UpdateAccountCommand } from "@aws-sdk/client-api-gateway";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import type { EnvironmentConfig } from "../../src/config/environment";
import { API_LOGGING_ROLE, stackName, stateBucketName } from "../../src/config/names";
import { runProgram, type ProgramResult } from "../../tools/shared/process/program";
import { AwsSession } from "../../tools/shared/aws/session";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { PROJECT, stackFolder, synthesize } from "../../tools/shared/terraform/synthesize";
import { StackTerraform } from "../../tools/shared/terraform/stack-terraform";
import { pinnedProvider, providerInstallation, type Terraform } from "../../tools/shared/terraform/terraform";
import { assumeDeployer } from "../../tools/develop/rehearsal/deployer";
import { startEmulator, type Emulator } from "../../tools/develop/rehearsal/emulator";
import { createExecutionRole } from "../../tools/develop/rehearsal/execution-role";

/** An emulated account that is ready for an environment, and somebody who may deploy it. */
export interface Stage {
  readonly emulator: Emulator;
  /** Environment of the deployer. */
  readonly env: NodeJS.ProcessEnv;
  /** Synthesized stacks. */
  readonly outdir: string;
  /** Terraform in the folder of an environment, initialised. */
  terraform(config: EnvironmentConfig): Promise<Terraform>;
  /** Runs a tool of the project as a user would. @param command - its file in `tools/commands` */
  tool(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<ProgramResult>;
}

/**
 * Prepares an account: what the foundation stack makes is made through the API, in a second and not in a
 * minute.
 *
 * @param configs - environments that are to be deployed; all in one account
 * @param folder - temporary folder
 */
export async function prepareStage(configs: readonly EnvironmentConfig[], folder: string): Promise<Stage> {
  const [first] = configs;
  if (!first) {
    throw new Error("A stage needs an environment");
  }
  const { account } = first;
  const outdir = `${folder}/cdktf.out`;
  const [emulator] = await Promise.all([startEmulator(account, () => undefined), synthesize(outdir)]);
  const installation = providerInstallation(pinnedProvider(stackFolder(outdir, stackName(first.name))), folder);
  const owner = { ...emulator.env, ...installation };
  await makeStateBucket(account, owner);
  await new APIGatewayClient(clientSettings(account.region, owner)).send(
    new UpdateAccountCommand({
      patchOperations: [
        { op: "replace", path: "/cloudwatchRoleArn", value: `arn:aws:iam::${account.id}:role/${API_LOGGING_ROLE}` },
      ],
    }),
  );
  await createExecutionRole(first, new AwsSession(account, owner));
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
      runProgram(process.execPath, ["--import", "tsx", `tools/commands/${command}.ts`, ...args], {
        cwd: PROJECT,
        env: own,
      }),
  };
}

async function makeStateBucket({ id, region }: EnvironmentConfig["account"], env: NodeJS.ProcessEnv): Promise<void> {
  const s3 = new S3Client(clientSettings(region, env));
  const Bucket = stateBucketName(id);
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "ap-south-1" } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
}
