import { expectedAddresses } from "../golden/addresses";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../src/config/schema";
import { environmentNames, stackName } from "../../src/config/names";
import { AwsSession } from "../../tools/shared/aws/session";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { stackFolder } from "../../tools/shared/terraform/synthesize";
import { Terraform } from "../../tools/shared/terraform/terraform";
import { preflight } from "../../tools/operate/preflight/preflight";
import { assumeDeployer } from "../../tools/develop/rehearsal/deployer";
import type { Emulator } from "../../tools/develop/rehearsal/emulator";
import { rehearse, type RehearsalResult } from "../../tools/develop/rehearsal/rehearsal";
import { scanForSecrets, type SecretScan } from "../../tools/develop/rehearsal/secret-scan";
import { planChange, type PlannedChange } from "../faults/fixtures/plan-mutation";
import { expectReview, quickMutations, titleOf } from "../faults/mutations-suite";
import { prepareAccount } from "../faults/stage";
import { present } from "../helpers/present";
import { temporaryFolder } from "../helpers/temporary-folder";
import { describeWith } from "./describe-with";
import { emulatedAccount } from "./emulated-account";
import { SYNTHESIZED } from "./prerequisites";
import { Recording } from "./recording";
import { testRolePolicies } from "./role-policies";

/** A secret as read at one time. */
interface Reading {
  readonly versionId: string;
  readonly credentials: Record<string, string>;
}

/** What is read from the deployed environment before it is destroyed. */
interface Observed {
  readonly json: string;
  readonly before: Reading;
  readonly razorpayError: string;
  /** Plans of changes to the environment, none of them applied. */
  readonly mutations: ReadonlyMap<string, PlannedChange>;
  /** After `database.passwordVersion` was increased by one. */
  readonly rotation: {
    readonly planned: string[];
    readonly after: Reading;
    readonly clusterVersion: unknown;
    readonly secrets: SecretScan;
  };
}

/**
 * Rehearses one environment and checks the result.
 *
 * @param destroy - how its destroy must end
 * @param account - `prepared`: what the foundation creates is there already; `empty`: the foundation is applied first
 */
export function environmentSuite(
  config: EnvironmentConfig,
  { destroy, account }: { destroy: RehearsalResult["destroy"]; account: "prepared" | "empty" },
): void {
  describeWith(["terraform", "emulator"], `rehearsal of ${config.name}`, () => {
    const recording = new Recording(temporaryFolder(`recording-${config.name}`));
    let rehearsal: Promise<RehearsalResult>;
    let result: RehearsalResult;
    let observed: Observed;
    let emulator: Emulator | undefined;

    beforeAll(async () => {
      if (account === "prepared") {
        emulator = await emulatedAccount({ recordTo: recording.file });
        await prepareAccount(config, emulator.env);
      }
      rehearsal = rehearse({
        config,
        progress: recording,
        prepared: emulator,
        recordTo: recording.file,
        inspect: async ({ env, folder }) => {
          const deployer = await assumeDeployer(config, env);
          await recording.during("preflight", () => preflight({ config, env: deployer }));
          const client = new SecretsManagerClient(clientSettings(config.account.region, env));
          const names = environmentNames(config.name);
          const read = async (id: string): Promise<Reading> => {
            const value = await client.send(new GetSecretValueCommand({ SecretId: id }));
            const credentials = JSON.parse(value.SecretString ?? "") as Record<string, string>;
            return { versionId: value.VersionId ?? "", credentials };
          };
          const json = readFileSync(join(folder, "cdk.tf.json"), "utf8");
          const before = await read(names.databaseSecret);
          const razorpayError = await read(names.razorpaySecret).then(
            () => "none",
            (error: unknown) => (error as Error).name,
          );

          const mutations = new Map<string, PlannedChange>();
          for (const mutation of quickMutations(config)) {
            await recording.during(mutation.name, async () => {
              mutations.set(mutation.name, await planChange({ config, env: deployer, folder }, mutation));
            });
          }

          const terraform = new Terraform(folder, env);
          const { passwordVersion } = config.database;
          writeFileSync(
            join(folder, "cdk.tf.json"),
            json.replace(
              `"secret_string_wo_version": ${String(passwordVersion)}`,
              `"secret_string_wo_version": ${String(passwordVersion + 1)}`,
            ),
          );
          const changes = await terraform.plan("rotation.tfplan");
          await terraform.apply("rotation.tfplan", () => undefined);
          writeFileSync(join(folder, "cdk.tf.json"), json);
          observed = {
            json,
            before,
            razorpayError,
            mutations,
            rotation: {
              planned: changes.map(({ address, change }) => `${address}: ${change.actions.join(", ")}`),
              after: await read(names.databaseSecret),
              clusterVersion: (await terraform.stateOf("aws_rds_cluster.Database")).master_password_wo_version,
              secrets: await scanForSecrets({ session: new AwsSession(config.account, env), folder }),
            },
          };
        },
      });
      rehearsal.catch(() => undefined); // The hooks below report it.
    });

    // A hook for each step: the time limit of a hook is for one step, and not for all of them.
    for (const step of ["apply", "second plan", "preflight", ...quickMutations(config).map(({ name }) => name)]) {
      beforeAll(() => Promise.race([recording.end(step), rehearsal]));
    }

    beforeAll(async () => {
      result = await rehearsal;
    });

    afterAll(async () => {
      await emulator?.stop();
    });

    test("creates every resource of the golden list", () => {
      const expected = expectedAddresses(config).filter((address) => !address.startsWith("ephemeral."));
      expect(result.resources).toBe(expected.length);
    });

    test("plans no changes after the apply", () => {
      expect(result.secondPlan).toEqual([]);
    });

    test("generates database credentials, and writes the password nowhere else", () => {
      expect(observed.before.credentials).toEqual({
        username: config.database.masterUsername,
        password: expect.stringMatching(/^[^/"@ '\\`%<>&]{48}$/) as unknown,
      });
      expect(result.secrets).toMatchObject({ secrets: 1, leaks: [] });
    });

    test("rotates the password when its version increases, and the cluster takes the new one", () => {
      const { after, clusterVersion, planned } = observed.rotation;
      expect(planned).toEqual([
        "aws_rds_cluster.Database: update",
        "aws_secretsmanager_secret_version.DatabaseCredentials_Version: delete, create",
      ]);
      expect(after.versionId).not.toBe(observed.before.versionId);
      expect(after.credentials.username).toBe(observed.before.credentials.username);
      expect(after.credentials.password).toMatch(/^[^/"@ '\\`%<>&]{48}$/);
      expect(after.credentials.password).not.toBe(observed.before.credentials.password);
      const digest = createHash("sha256").update(after.versionId).digest("hex");
      expect(clusterVersion).toBe(Number.parseInt(digest.slice(0, 7), 16));
      expect(observed.rotation.secrets).toMatchObject({ secrets: 2, leaks: [] });
    });

    test.each(quickMutations(config).map((mutation) => [titleOf(mutation), mutation] as const))(
      "review: %s",
      (_, mutation) => {
        const planned = observed.mutations.get(mutation.name);
        if (!planned) {
          throw new Error("It was not planned");
        }
        expectReview(planned, mutation, observed.before.credentials.password ?? "");
      },
    );

    test("leaves the Razorpay secret empty", () => {
      expect(observed.razorpayError).toBe("ResourceNotFoundException");
    });

    test("has outputs that match the handover's ARN patterns", () => {
      const env = config.name;
      const { id: account, region } = config.account;
      expect(result.outputs).toMatchObject({
        LambdaFunctionArn: `arn:aws:lambda:${region}:${account}:function:aleenascuisine-${env}-app`,
        MigrateFunctionArn: `arn:aws:lambda:${region}:${account}:function:aleenascuisine-${env}-migrate`,
        ApiStageArn: expect.stringMatching(`^arn:aws:apigateway:${region}::/restapis/\\w+/stages/${env}$`) as unknown,
        KmsKeyArn: expect.stringMatching(`^arn:aws:kms:${region}:${account}:key/[0-9a-f-]{36}$`) as unknown,
        DatabaseSecretArn: expect.stringMatching(
          `^arn:aws:secretsmanager:${region}:${account}:secret:aleenascuisine-${env}/db-\\w{6}$`,
        ) as unknown,
        RazorpaySecretArn: expect.stringMatching(
          `^arn:aws:secretsmanager:${region}:${account}:secret:aleenascuisine-${env}/razorpay-\\w{6}$`,
        ) as unknown,
        DatabaseClusterArn: `arn:aws:rds:${region}:${account}:cluster:aleenascuisine-${env}-aurora`,
        ImagesBucketArn: `arn:aws:s3:::aleenascuisine-${env}-images`,
        InvoicesBucketArn: `arn:aws:s3:::aleenascuisine-${env}-invoices`,
        ApiUrl: expect.stringMatching(`^https://\\w+\\.execute-api\\.${region}\\.amazonaws\\.com/${env}$`) as unknown,
      });
    });

    test("applies the very bytes that are synthesized for production use", () => {
      const folder = stackFolder(present(process.env[SYNTHESIZED]), stackName(config.name));
      const bytes = readFileSync(join(folder, "cdk.tf.json"), "utf8");
      expect(observed.json).toBe(bytes);
      expect(bytes).not.toContain("127.0.0.1");
    });

    test(`ends with its data ${destroy === "refused" ? "protected: the destroy is refused" : "gone"}`, () => {
      expect(result.destroy).toBe(destroy);
      expect(result.succeeded).toBe(true);
    });

    testRolePolicies(config, recording);
  });
}
