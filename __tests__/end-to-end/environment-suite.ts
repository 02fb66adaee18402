import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../src/config/environment";
import { environmentNames, stackName } from "../../src/names";
import { clientSettings } from "../../tools/lib/client-settings";
import { stackFolder, synthesize } from "../../tools/lib/synthesize";
import { silent } from "../../tools/rehearse/progress";
import { rehearse, type RehearsalResult } from "../../tools/rehearse/rehearsal";
import { describeWith } from "./describe-with";

const MINUTE = 60_000;

/** What is read from the running environment, before it is destroyed. */
interface Observed {
  readonly json: string;
  readonly credentials: Record<string, string>;
  readonly razorpayError: string;
}

/**
 * The rehearsal of one environment, and what must be true of it.
 *
 * @param destroy - how its destroy must end
 */
export function environmentSuite(config: EnvironmentConfig, destroy: RehearsalResult["destroy"]): void {
  describeWith(["terraform", "emulator"], `rehearsal of ${config.name}`, () => {
    let result: RehearsalResult;
    let observed: Observed;

    beforeAll(async () => {
      result = await rehearse({
        config,
        progress: silent,
        inspect: async ({ env, folder }) => {
          const client = new SecretsManagerClient(clientSettings(config.account.region, env));
          const names = environmentNames(config.name);
          const read = (id: string): Promise<string> =>
            client.send(new GetSecretValueCommand({ SecretId: id })).then(({ SecretString: text = "" }) => text);
          observed = {
            json: readFileSync(join(folder, "cdk.tf.json"), "utf8"),
            credentials: JSON.parse(await read(names.databaseSecret)) as Record<string, string>,
            razorpayError: await read(names.razorpaySecret).catch((error: unknown) => (error as Error).name),
          };
        },
      });
    }, 12 * MINUTE);

    test("makes every resource of the golden list", () => {
      const addresses = readFileSync(join(__dirname, "..", "golden", `${config.name}.addresses.txt`), "utf8")
        .trim()
        .split("\n")
        .filter((address) => !address.startsWith("ephemeral."));
      expect(result.resources).toBe(addresses.length);
    });

    test("plans nothing after it applied", () => {
      expect(result.secondPlan).toEqual([]);
    });

    test("generates database credentials, and writes the password nowhere", () => {
      expect(Object.keys(observed.credentials).sort()).toEqual(["password", "username"]);
      expect(observed.credentials.username).toBe(config.database.masterUsername);
      expect(observed.credentials.password).toMatch(/^[^/"@ '\\`%]{48}$/);
      expect(result.secrets).toMatchObject({ secrets: 1, leaks: [] });
    });

    test("leaves the Razorpay secret empty", () => {
      expect(observed.razorpayError).toBe("ResourceNotFoundException");
    });

    test("gives outputs with the handover's ARN patterns", () => {
      const env = config.name;
      const account = "498192039865";
      expect(result.outputs).toMatchObject({
        LambdaFunctionArn: `arn:aws:lambda:ap-south-1:${account}:function:aleenascuisine-${env}-app`,
        ApiStageArn: expect.stringMatching(`^arn:aws:apigateway:ap-south-1::/restapis/\\w+/stages/${env}$`) as unknown,
        KmsKeyArn: expect.stringMatching(`^arn:aws:kms:ap-south-1:${account}:key/[0-9a-f-]{36}$`) as unknown,
        DatabaseSecretArn: expect.stringMatching(
          `^arn:aws:secretsmanager:ap-south-1:${account}:secret:aleenascuisine-${env}/db-\\w{6}$`,
        ) as unknown,
        RazorpaySecretArn: expect.stringMatching(
          `^arn:aws:secretsmanager:ap-south-1:${account}:secret:aleenascuisine-${env}/razorpay-\\w{6}$`,
        ) as unknown,
        DatabaseClusterArn: `arn:aws:rds:ap-south-1:${account}:cluster:aleenascuisine-${env}-aurora`,
        ImagesBucketArn: `arn:aws:s3:::aleenascuisine-${env}-images`,
        InvoicesBucketArn: `arn:aws:s3:::aleenascuisine-${env}-invoices`,
        ApiUrl: expect.stringMatching(`^https://\\w+\\.execute-api\\.ap-south-1\\.amazonaws\\.com/${env}$`) as unknown,
      });
    });

    test("applies the very bytes that are synthesized for production use", async () => {
      const folder = mkdtempSync(join(tmpdir(), "aleenascuisine-bytes-"));
      await synthesize(folder);
      const bytes = readFileSync(join(stackFolder(folder, stackName(config.name)), "cdk.tf.json"), "utf8");
      rmSync(folder, { recursive: true, force: true });
      expect(observed.json).toBe(bytes);
      expect(bytes).not.toContain("127.0.0.1");
    });

    test(`ends with its data ${destroy === "refused" ? "protected: the destroy is refused" : "gone"}`, () => {
      expect(result.destroy).toBe(destroy);
      expect(result.succeeded).toBe(true);
    });
  });
}
