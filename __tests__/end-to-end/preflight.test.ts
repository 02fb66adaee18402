import { APIGatewayClient, UpdateAccountCommand } from "@aws-sdk/client-api-gateway";
import { CostExplorerClient, UpdateCostAllocationTagsStatusCommand } from "@aws-sdk/client-cost-explorer";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  IAMClient,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateBucketCommand, DeleteBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ConfirmSubscriptionCommand, CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { ACCOUNT } from "../../src/config/account";
import { disposable as dev } from "../helpers/live-environments";
import { policyDocument } from "../../src/constructs/security/policy-document";
import { stateBucketName } from "../../src/config/names";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { runProgram, type ProgramResult } from "../../tools/shared/process/program";
import { PROJECT } from "../../tools/shared/terraform/synthesize";
import type { CheckResult } from "../../tools/operate/preflight/check";
import { callerOf, preflight, requirePassing } from "../../tools/operate/preflight/preflight";
import { assumeDeployer } from "../../tools/develop/rehearsal/deployer";
import type { Emulator } from "../../tools/develop/rehearsal/emulator";
import { describeWith } from "./describe-with";
import { emulatedAccount, OTHER_ACCOUNT, strangerTo } from "./emulated-account";

const BUCKET = { Bucket: stateBucketName(ACCOUNT.id) };
const ROLE = { RoleName: "Executioner" };
const TOPIC = `arn:aws:sns:${ACCOUNT.region}:${ACCOUNT.id}:aleenascuisine-dev-alarms`;
const RAZORPAY = "aleenascuisine-dev/razorpay";

/** Names of all checks, in order. */
const NAMES = [
  "account and region",
  "Terraform",
  "state bucket",
  "state",
  "secret readers",
  "execution role",
  "API Gateway logs",
  "alarm mail",
  "cost allocation tags",
  "Razorpay secret",
];

function trust(service: string): string {
  return policyDocument([
    { Sid: "Assume", Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" },
  ]);
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ProgramResult> {
  return runProgram(process.execPath, ["tools/run.cjs", "preflight", ...args], {
    cwd: PROJECT,
    env,
  });
}

function outcomes(results: readonly CheckResult[]): string[] {
  return results.map(({ outcome }) => outcome);
}

describeWith(["terraform", "emulator"], "the preflight", () => {
  let emulator: Emulator;
  let env: NodeJS.ProcessEnv;
  let iam: IAMClient;
  let s3: S3Client;

  beforeAll(async () => {
    emulator = await emulatedAccount();
    env = emulator.env;
    iam = new IAMClient(clientSettings(ACCOUNT.region, env));
    s3 = new S3Client(clientSettings(ACCOUNT.region, env));
  });

  afterAll(async () => {
    await emulator.stop();
  });

  /** One check's result. */
  async function check(name: string, settings = env, config = dev): Promise<CheckResult | undefined> {
    return (await preflight({ config, env: settings })).find((result) => result.name === name);
  }

  test("lists everything that an empty account lacks, except what a deployment creates", async () => {
    const results = await preflight({ config: dev, env });
    expect(results.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["account and region", "ok"],
      ["Terraform", "ok"],
      ["state bucket", "failed"],
      ["state", "unknown"],
      ["secret readers", "failed"],
      ["execution role", "failed"],
      ["API Gateway logs", "failed"],
      ["alarm mail", "ok"],
      ["cost allocation tags", "failed"],
      ["Razorpay secret", "ok"],
    ]);
    expect(() => {
      requirePassing(results);
    }).toThrow(
      /state bucket: .+\n {4}→ npm run bootstrap\n[^]*secret readers: [^]*execution role: [^]*API Gateway logs: /,
    );
  });

  test("reports that another region in the environment has no effect", async () => {
    expect(await check("account and region", { ...env, AWS_REGION: "eu-west-1" })).toMatchObject({
      outcome: "ok",
      detail: expect.stringContaining("AWS_REGION is eu-west-1, which has no effect here") as string,
    });
  });

  test("checks nothing in another account", async () => {
    const results = await preflight({ config: dev, env: await strangerTo(emulator) });
    expect(results.map(({ name }) => name)).toEqual(NAMES);
    expect(outcomes(results)).toEqual(["failed", "ok", ...Array<string>(8).fill("unknown")]);
    expect(results[0]?.detail).toContain(`in account ${OTHER_ACCOUNT}; Phase A is in account ${ACCOUNT.id}`);
    expect(callerOf(results)?.account).toBe(OTHER_ACCOUNT);
  });

  test("requires a versioned state bucket in the right region", async () => {
    const elsewhere = new S3Client(clientSettings("eu-west-1", env));
    const location = (region: "eu-west-1" | "ap-south-1"): CreateBucketCommand =>
      new CreateBucketCommand({ ...BUCKET, CreateBucketConfiguration: { LocationConstraint: region } });
    await elsewhere.send(location("eu-west-1"));
    expect(await check("state bucket")).toMatchObject({
      outcome: "failed",
      detail: `${BUCKET.Bucket} is in eu-west-1, not in ap-south-1`,
    });
    await elsewhere.send(new DeleteBucketCommand(BUCKET));

    await s3.send(location("ap-south-1"));
    expect(await check("state bucket")).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining("is not versioned") as string,
      remedy: "npm run bootstrap",
    });

    await s3.send(new PutBucketVersioningCommand({ ...BUCKET, VersioningConfiguration: { Status: "Enabled" } }));
    expect(await check("state bucket")).toMatchObject({ outcome: "ok" });
  });

  test("requires the caller to be a secret reader: the role of a session, with its path", async () => {
    const deployer = await assumeDeployer(dev, env);
    expect(await check("secret readers", deployer)).toMatchObject({ outcome: "ok" });

    const pathless = await check("secret readers", deployer, {
      ...dev,
      secretReaderArns: [`arn:aws:iam::${ACCOUNT.id}:role/team/aleenascuisine-deploy`],
    });
    expect(pathless).toMatchObject({
      outcome: "failed",
      remedy: expect.stringContaining(
        `add "arn:aws:iam::${ACCOUNT.id}:role/aleenascuisine-deploy" to secretReaderArns of dev`,
      ) as string,
    });

    const reader = `arn:aws:iam::${ACCOUNT.id}:role/team/reader`;
    const withPath = await assumeDeployer({ ...dev, secretReaderArns: [reader] }, env);
    expect(await check("secret readers", withPath)).toMatchObject({
      outcome: "failed",
      remedy: expect.stringContaining(`add "${reader}"`) as string,
    });
    expect(await check("secret readers", withPath, { ...dev, secretReaderArns: [reader] })).toMatchObject({
      outcome: "ok",
    });
  });

  test("requires an execution role with the exact ARN that trusts Lambda", async () => {
    await iam.send(
      new CreateRoleCommand({ ...ROLE, Path: "/team/", AssumeRolePolicyDocument: trust("lambda.amazonaws.com") }),
    );
    expect(await check("execution role")).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining(`is arn:aws:iam::${ACCOUNT.id}:role/team/Executioner`) as string,
    });
    await iam.send(new DeleteRoleCommand(ROLE));

    await iam.send(new CreateRoleCommand({ ...ROLE, AssumeRolePolicyDocument: trust("ec2.amazonaws.com") }));
    const distrusted = await check("execution role");
    expect(distrusted).toMatchObject({ outcome: "failed" });

    // The document in the remedy fixes it.
    const document = /--policy-document '(.+)'$/.exec(distrusted?.remedy ?? "")?.[1];
    await iam.send(new UpdateAssumeRolePolicyCommand({ ...ROLE, PolicyDocument: document }));
    expect(await check("execution role")).toMatchObject({ outcome: "ok" });
  });

  test("requires a role for API Gateway's logs", async () => {
    const patch = { op: "replace", path: "/cloudwatchRoleArn", value: `arn:aws:iam::${ACCOUNT.id}:role/logs` } as const;
    await new APIGatewayClient(clientSettings(ACCOUNT.region, env)).send(
      new UpdateAccountCommand({ patchOperations: [patch] }),
    );
    expect(await check("API Gateway logs")).toMatchObject({ outcome: "ok" });
  });

  test("warns until the alarms' address is subscribed and confirmed", async () => {
    const sns = new SNSClient(clientSettings(ACCOUNT.region, env));
    await sns.send(new CreateTopicCommand({ Name: "aleenascuisine-dev-alarms" }));
    await sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: "email", Endpoint: "other@example.com" }));
    expect(await check("alarm mail")).toMatchObject({
      kind: "warning",
      outcome: "failed",
      detail: expect.stringContaining(`${dev.alarmEmail} is not subscribed`) as string,
    });
    await sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: "email", Endpoint: dev.alarmEmail }));
    expect(await check("alarm mail")).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining(`${dev.alarmEmail} has not confirmed`) as string,
    });
    await sns.send(new ConfirmSubscriptionCommand({ TopicArn: TOPIC, Token: "sample" }));
    expect(await check("alarm mail")).toMatchObject({ outcome: "ok" });
  });

  test("warns until every tag is active, and lists those that are not", async () => {
    const explorer = new CostExplorerClient(clientSettings("us-east-1", env));
    const activate = async (...keys: string[]): Promise<void> => {
      const status = keys.map((key) => ({ TagKey: key, Status: "Active" as const }));
      await explorer.send(new UpdateCostAllocationTagsStatusCommand({ CostAllocationTagsStatus: status }));
    };
    await activate("Project", "Owner", "Env");
    expect(await check("cost allocation tags")).toMatchObject({
      kind: "warning",
      outcome: "failed",
      detail: expect.stringContaining("not active: CostCenter, Stack;") as string,
      remedy: expect.stringMatching(/ TagKey=CostCenter,Status=Active TagKey=Stack,Status=Active$/) as string,
    });
    await activate("CostCenter", "Stack");
    expect(await check("cost allocation tags")).toMatchObject({ outcome: "ok" });
  });

  test("warns until the Razorpay secret has a value", async () => {
    const secrets = new SecretsManagerClient(clientSettings(ACCOUNT.region, env));
    await secrets.send(new CreateSecretCommand({ Name: RAZORPAY }));
    expect(await check("Razorpay secret")).toMatchObject({
      kind: "warning",
      outcome: "failed",
      remedy: expect.stringContaining(`put-secret-value --secret-id ${RAZORPAY}`) as string,
    });
    await secrets.send(new PutSecretValueCommand({ SecretId: RAZORPAY, SecretString: "sample" }));
    expect(await check("Razorpay secret")).toMatchObject({ outcome: "ok" });
  });

  test("exits with 0 when every check passes, and with 1 when a blocking one fails", async () => {
    const deployer = await run(["dev"], await assumeDeployer(dev, env));
    expect(deployer.stderr).toBe("");
    expect(deployer.stdout.match(/^ {2}ok .*$/gm)).toHaveLength(NAMES.length);
    expect(deployer.code).toBe(0);

    const stranger = await run(["dev"], env);
    expect(stranger.stderr).toBe("");
    expect(stranger.stdout).toMatch(/^ {2}failed +blocking +secret readers .+\n +→ Use credentials of one of /m);
    expect(stranger.code).toBe(1);
  });

  test("shows a caller without permissions which one each check lacks", async () => {
    const deployer = await assumeDeployer(dev, env);
    await iam.send(new CreateUserCommand({ UserName: "nobody" }));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: "nobody" }));
    const nobody = { ...env, AWS_ACCESS_KEY_ID: key?.AccessKeyId, AWS_SECRET_ACCESS_KEY: key?.SecretAccessKey };
    await enforcePermissions(emulator, true);
    try {
      const results = await preflight({ config: dev, env: nobody });
      expect(
        results.map(({ outcome, detail }) => [outcome, /(?:lack|denies you) (\w+:\w+)/.exec(detail)?.[1]]),
      ).toEqual([
        ["ok", undefined],
        ["ok", undefined],
        ["failed", "s3:ListBucket"],
        ["failed", "s3:GetObject"],
        ["failed", undefined],
        ["unknown", "iam:GetRole"],
        ["unknown", "apigateway:GET"],
        ["unknown", "sns:ListSubscriptionsByTopic"],
        ["unknown", "ce:ListCostAllocationTags"],
        ["unknown", "secretsmanager:DescribeSecret"],
      ]);
      expect(results[4]?.remedy).toContain(`add "arn:aws:iam::${ACCOUNT.id}:user/nobody"`);

      expect(await check("secret readers", deployer)).toMatchObject({
        outcome: "ok",
        detail: expect.stringContaining("by name: AWS denies you iam:GetRole") as string,
      });
      expect(await check("secret readers", deployer, { ...dev, secretReaderArns: [] })).toMatchObject({
        outcome: "failed",
        remedy: expect.stringContaining("with the role's path if it has one") as string,
      });
      expect(await check("account and region", env)).toMatchObject({
        outcome: "failed",
        detail: "AWS does not accept the credentials (InvalidClientTokenId)",
      });
    } finally {
      await enforcePermissions(emulator, false);
    }
  });

  test("reports a missing Terraform along with the other checks", async () => {
    const { code, stdout } = await run(["dev"], { ...(await assumeDeployer(dev, env)), PATH: "" });
    expect(code).toBe(1);
    expect(stdout).toMatch(/failed +blocking +Terraform +terraform is not on the PATH\n +→ Install Terraform 1\.11\.0/);
    expect(stdout.match(/^ {2}ok /gm)).toHaveLength(NAMES.length - 1);
  });
});

/** Turns moto's check of the caller's policies on or off. @see https://docs.getmoto.org/en/latest/docs/iam.html */
async function enforcePermissions({ url }: Emulator, enforced: boolean): Promise<void> {
  await fetch(`${url}/moto-api/reset-auth`, { method: "POST", body: enforced ? "0" : "Infinity" });
}
