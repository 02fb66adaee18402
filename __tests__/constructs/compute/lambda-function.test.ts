import { Testing } from "cdktf";
import type { Construct } from "constructs";
import { zipSync } from "fflate";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ACCOUNT, dev } from "../../fixtures/environments";
import { LambdaFunction, type LambdaFunctionProps } from "../../../src/constructs/compute/lambda-function";
import { SecurityGroup } from "../../../src/constructs/network/security-group";
import { LogGroup } from "../../../src/constructs/observability/log-group";
import type { Metric } from "../../../src/constructs/observability/metric";
import { PhaseAStack } from "../../../src/stacks/phase-a-stack";
import { testApp } from "../../helpers/app";
import { keyIn } from "../../helpers/key";
import { grantedTo, executionRole } from "../../helpers/role";
import { constructTemplate } from "../../helpers/template";

const folder = mkdtempSync(join(tmpdir(), "lambda-function-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A deployment package as a FastAPI app is packed: its module next to its requirements. */
function pythonPackage(name: string, body: string): string {
  const path = join(folder, name);
  const text = (lines: string): Uint8Array => new TextEncoder().encode(lines);
  writeFileSync(
    path,
    zipSync({
      "app/main.py": text(`from fastapi import FastAPI\nfrom mangum import Mangum\n\n${body}\nhandler = Mangum(app)\n`),
      "mangum/__init__.py": text("class Mangum: ...\n"),
    }),
  );
  return path;
}

const fastApi = {
  runtime: "python3.13",
  architecture: "x86_64",
  handler: "app.main.handler",
  artifact: pythonPackage("fastapi.zip", "app = FastAPI()"),
  memoryMb: 1024,
  timeoutSeconds: 10,
} as const;

function appFunction(scope: Construct, props: Partial<LambdaFunctionProps> = {}): LambdaFunction {
  const key = keyIn(scope);
  return new LambdaFunction(scope, "App", {
    name: "app",
    account: ACCOUNT,
    description: "Answers",
    role: executionRole(),
    artifact: dev.function.artifact,
    environment: { DB_NAME: "shop", API_ALLOWED_ORIGIN: "https://shop.example" },
    subnetIds: ["subnet-1", "subnet-2"],
    securityGroup: new SecurityGroup(scope, "Group", { vpcId: "vpc-1", name: "app", description: "The function" }),
    logGroup: new LogGroup(scope, "Log", { name: "/aws/lambda/app", account: ACCOUNT, retentionDays: 14, key }),
    ...props,
  });
}

describe("LambdaFunction", () => {
  const template = constructTemplate((scope) => {
    appFunction(scope).grantInvoke("arn:aws:execute-api:ap-south-1:498192039865:api1");
  });
  const lambda = template.at("aws_lambda_function.App");

  test("is a function with an alias, and a permission once it is granted", () => {
    expect(template.inventory).toEqual({
      aws_cloudwatch_log_group: 1,
      aws_kms_alias: 1,
      aws_kms_key: 1,
      aws_lambda_alias: 1,
      aws_lambda_function: 1,
      aws_lambda_permission: 1,
      aws_security_group: 1,
    });
  });

  test("allows nobody to call it until it is granted", () => {
    const ungranted = constructTemplate((scope) => {
      appFunction(scope);
    });
    expect(ungranted.ofType("aws_lambda_permission")).toEqual({});
  });

  test("is created after its log group, or Lambda would create one that is kept forever", () => {
    expect(lambda.depends_on).toEqual(["aws_cloudwatch_log_group.Log"]);
  });

  test("publishes every change and points the alias live to the published version", () => {
    expect(lambda.publish).toBe(true);
    expect(template.at("aws_lambda_alias.App_Alias")).toEqual({
      name: "live",
      description: "The version that callers get",
      function_name: "${aws_lambda_function.App.function_name}",
      function_version: "${aws_lambda_function.App.version}",
    });
  });

  test("allows only one API to call it, and only through the alias", () => {
    expect(template.at("aws_lambda_permission.App_ApiPermission")).toEqual({
      statement_id: "ApiInvokes",
      action: "lambda:InvokeFunction",
      function_name: "${aws_lambda_alias.App_Alias.function_name}",
      qualifier: "${aws_lambda_alias.App_Alias.name}",
      principal: "apigateway.amazonaws.com",
      source_arn: "arn:aws:execute-api:ap-south-1:498192039865:api1/*/*",
    });
  });

  test("runs in the VPC, traced by X-Ray, with its environment", () => {
    expect(lambda).toMatchObject({
      vpc_config: { subnet_ids: ["subnet-1", "subnet-2"], security_group_ids: ["${aws_security_group.Group.id}"] },
      tracing_config: { mode: "Active" },
      environment: { variables: { DB_NAME: "shop", API_ALLOWED_ORIGIN: "https://shop.example" } },
    });
  });

  test("adds its logs and what it needs to run to the policy of its role", () => {
    const role = executionRole();
    constructTemplate((scope) => {
      appFunction(scope, { role });
    });
    expect(grantedTo(role).map(({ Sid }) => Sid)).toEqual([
      "LogWrite",
      "FunctionTracing",
      "FunctionInterfaces",
      "FunctionInterfaceLookups",
      "FunctionCodeMakesNoInterfaces",
    ]);
  });

  test("is a small arm64 Node function behind the API, with a log group of its own, by default", () => {
    const role = executionRole();
    const smallest = constructTemplate((scope) => {
      for (const id of ["App", "Other"]) {
        new LambdaFunction(scope, id, {
          name: id.toLowerCase(),
          account: ACCOUNT,
          role,
          artifact: dev.function.artifact,
          subnetIds: ["subnet-1"],
          securityGroup: new SecurityGroup(scope, `${id}Group`, { vpcId: "vpc-1", name: id }),
        });
      }
    });
    expect(smallest.at("aws_lambda_function.App")).toEqual({
      function_name: "app",
      role: dev.lambdaExecutionRoleArn,
      filename: expect.stringMatching(/app\.zip$/) as string,
      source_code_hash: expect.any(String) as string,
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      handler: "index.handler",
      memory_size: 512,
      timeout: 29,
      publish: true,
      tracing_config: { mode: "Active" },
      vpc_config: { subnet_ids: ["subnet-1"], security_group_ids: ["${aws_security_group.AppGroup.id}"] },
      depends_on: ["aws_cloudwatch_log_group.App_Log"],
    });
    expect(smallest.at("aws_cloudwatch_log_group.App_Log")).toEqual({ name: "/aws/lambda/app", retention_in_days: 90 });
    // One role for both: each function's log has a statement of its own name.
    expect(
      grantedTo(role)
        .map(({ Sid }) => Sid)
        .slice(0, 2),
    ).toEqual(["AppLogWrite", "OtherLogWrite"]);
  });

  test("is called through the alias that it is given", () => {
    const uris: string[] = [];
    const other = constructTemplate((scope) => {
      uris.push(appFunction(scope, { aliasName: "stable" }).invokeArn);
    });
    expect(other.at("aws_lambda_alias.App_Alias").name).toBe("stable");
    expect(uris).toEqual([expect.stringMatching(/:function:app:stable\/invocations$/)]);
  });

  test("measures itself by its name, over all versions", () => {
    const metrics: Metric[] = [];
    constructTemplate((scope) => {
      const app = appFunction(scope);
      metrics.push(app.metricErrors(), app.metricInvocations(), app.metricDuration());
    });
    const metric = { namespace: "AWS/Lambda", dimensions: { FunctionName: "app" } };
    expect(metrics).toEqual([
      { ...metric, name: "Errors", statistic: "Sum" },
      { ...metric, name: "Invocations", statistic: "Sum" },
      { ...metric, name: "Duration", statistic: "p95" },
    ]);
  });
});

describe("a FastAPI package in place of the default one", () => {
  const template = constructTemplate((scope) => {
    appFunction(scope, fastApi);
  });
  const lambda = template.at("aws_lambda_function.App");

  test("changes nothing but what its props say", () => {
    const filename = lambda.filename as string;
    expect(lambda).toEqual({
      function_name: "app",
      description: "Answers",
      role: dev.lambdaExecutionRoleArn,
      filename,
      source_code_hash: `\${filebase64sha256("${filename}")}`,
      runtime: "python3.13",
      architectures: ["x86_64"],
      handler: "app.main.handler",
      memory_size: 1024,
      timeout: 10,
      publish: true,
      environment: { variables: { DB_NAME: "shop", API_ALLOWED_ORIGIN: "https://shop.example" } },
      tracing_config: { mode: "Active" },
      vpc_config: { subnet_ids: ["subnet-1", "subnet-2"], security_group_ids: ["${aws_security_group.Group.id}"] },
      depends_on: ["aws_cloudwatch_log_group.Log"],
    });
  });

  test("is copied next to the synthesized stack, byte for byte", () => {
    const stack = new PhaseAStack(testApp(), { account: ACCOUNT, name: "test", protectData: false });
    appFunction(stack, fastApi);
    const output = Testing.fullSynth(stack);
    const shipped = join(output, "stacks", stack.node.id, lambda.filename as string);
    expect(readFileSync(shipped).equals(readFileSync(fastApi.artifact))).toBe(true);
    rmSync(output, { recursive: true });
  });

  test("has the same path as long as its bytes are the same, and another one when they change", () => {
    const filename = (artifact: string): unknown =>
      constructTemplate((scope) => {
        appFunction(scope, { ...fastApi, artifact });
      }).at("aws_lambda_function.App").filename;
    expect(filename(fastApi.artifact)).toBe(lambda.filename);
    const changed = filename(pythonPackage("changed.zip", "app = FastAPI(title='Shop')"));
    expect(changed).toMatch(/^assets\/App_Artifact\/[0-9A-F]{32}\/changed\.zip$/);
    expect(changed).not.toBe((lambda.filename as string).replace("fastapi.zip", "changed.zip"));
  });
});
