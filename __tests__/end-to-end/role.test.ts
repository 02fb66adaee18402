import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { ACCOUNT } from "../../src/config/account";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { runProgram, type ProgramResult } from "../../tools/shared/process/program";
import { PROJECT } from "../../tools/shared/terraform/synthesize";
import type { Emulator } from "../../tools/develop/rehearsal/emulator";
import { describeWith } from "./describe-with";
import { emulatedAccount } from "./emulated-account";

const STACK_TRACE = /\n\s+at /;
const ROLE = "arn:aws:iam::498192039865:role/Executioner";
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<ProgramResult> {
  return runProgram(process.execPath, ["tools/run.cjs", "role", ...args], { cwd: PROJECT, env });
}

/** A policy whose one statement allows something. */
function allowing(action: string | string[], resource: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: "Some", Effect: "Allow", Action: action, Resource: resource }],
  });
}

describe("the role command", () => {
  test("nothing answers at AWS's address: prints what is needed", async () => {
    const { code, stdout, stderr } = await run(["execution", "dev", "--check"], {
      ...process.env,
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_ACCESS_KEY_ID: "sample",
      AWS_SECRET_ACCESS_KEY: "sample",
    });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`The policies of ${ROLE} cannot be read: `);
    expect(stderr).toContain("Use credentials of account 498192039865 that allow iam:GetPolicy, ");
    expect(stderr).not.toMatch(STACK_TRACE);
  });
});

describeWith(["emulator"], "the execution role in the account", () => {
  let emulator: Emulator;
  let iam: IAMClient;

  beforeAll(async () => {
    emulator = await emulatedAccount();
    iam = new IAMClient(clientSettings(ACCOUNT.region, emulator.env));
  });

  beforeEach(async () => {
    await fetch(`${emulator.url}/moto-api/reset`, { method: "POST" });
  });

  afterAll(async () => {
    await emulator.stop();
  });

  const check = (environment: string): Promise<ProgramResult> =>
    run(["execution", environment, "--check"], emulator.env);

  const makeRole = (path = "/"): Promise<unknown> =>
    iam.send(new CreateRoleCommand({ RoleName: "Executioner", Path: path, AssumeRolePolicyDocument: TRUST }));

  const put = (name: string, document: string): Promise<unknown> =>
    iam.send(new PutRolePolicyCommand({ RoleName: "Executioner", PolicyName: name, PolicyDocument: document }));

  /** Puts the policy of an environment as docs/first-deployment.md says: from what the command prints. */
  const putPrinted = async (environment: string): Promise<void> => {
    const { stdout } = await run(["execution", environment]);
    await put(`aleenascuisine-${environment}`, stdout);
  };

  test("does not exist: one message with where to read about it", async () => {
    const { code, stdout, stderr } = await check("dev");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      `There is no role ${ROLE}. Create it as docs/first-deployment.md describes under "Execution role", or fix lambdaExecutionRoleArn in src/config/environments.ts.`,
    );
  });

  test("has the same name and another path: one message with both ARNs", async () => {
    await makeRole("/other/");
    const { code, stderr } = await check("dev");
    expect(code).toBe(1);
    expect(stderr).toBe(
      `The role that your credentials find is arn:aws:iam::498192039865:role/other/Executioner, not ${ROLE}. Switch the profile, or fix lambdaExecutionRoleArn in src/config/environments.ts.`,
    );
  });

  test("has no policy: every statement is missing", async () => {
    await makeRole();
    const { code, stdout, stderr } = await check("dev");
    const { stdout: printed } = await run(["execution", "dev"]);
    const { Statement: statements } = JSON.parse(printed) as { Statement: { Sid: string }[] };
    const listed = stdout.split("\n").filter((line) => line.startsWith("  - "));
    expect([code, stderr]).toEqual([2, ""]);
    expect(listed.map((line) => line.slice("  - ".length, line.indexOf(":")))).toEqual(
      statements.map(({ Sid }) => Sid),
    );
    expect(stdout).toContain(
      [
        "  - DatabaseSecretRead: secretsmanager:DescribeSecret, secretsmanager:GetSecretValue",
        "    on arn:aws:secretsmanager:ap-south-1:498192039865:secret:aleenascuisine-dev/db-??????",
        "    no policy allows it: add the printed statement",
      ].join("\n"),
    );
  });

  test("has the printed policies of both environments: both have what they need, and no more", async () => {
    await makeRole();
    await putPrinted("dev");
    expect((await check("prod")).code).toBe(2);
    await putPrinted("prod");
    for (const environment of ["dev", "prod"]) {
      expect(await check(environment)).toEqual({
        code: 0,
        stdout: `${ROLE} has what ${environment} needs, and no wildcard allows more than dev and prod need.`,
        stderr: "",
      });
    }
  });

  test("allows everything in an inline policy: only the denial is missing, and the wildcard is listed", async () => {
    await makeRole();
    await put("admin", allowing("*", "*"));
    const { code, stdout } = await check("dev");
    expect(code).toBe(2);
    expect(stdout.split("\n").filter((line) => line.startsWith("  - "))).toEqual([
      expect.stringMatching(/^ {2}- FunctionCodeMakesNoInterfaces: ec2:/) as unknown,
      "  - inline policy admin, Some: *",
    ]);
  });

  test("has attached policies: AWS's own should be detached, and others are read in their default version", async () => {
    await makeRole();
    await putPrinted("dev");
    await iam.send(
      new AttachRolePolicyCommand({
        RoleName: "Executioner",
        PolicyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
      }),
    );
    const { Policy: own } = await iam.send(
      new CreatePolicyCommand({ PolicyName: "shop", PolicyDocument: allowing("s3:GetObject", "arn:aws:s3:::other/a") }),
    );
    await iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn: own?.Arn,
        PolicyDocument: allowing("s3:GetObject", "arn:aws:s3:::*"),
        SetAsDefault: true,
      }),
    );
    await iam.send(new AttachRolePolicyCommand({ RoleName: "Executioner", PolicyArn: own?.Arn }));
    const { code, stdout } = await check("dev");
    expect(code).toBe(2);
    expect(stdout).not.toContain("lacks");
    expect(stdout).toContain(
      [
        "  - AWS managed policy AWSLambdaBasicExecutionRole, statement 1: logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents",
        "    on *",
        "    AWS alone can narrow this policy: detach it, and keep the printed one",
      ].join("\n"),
    );
    expect(stdout).toContain(
      ["  - attached policy shop, Some: s3:GetObject", "    on arn:aws:s3:::*", "    narrow the resource to "].join(
        "\n",
      ),
    );
  });
});
