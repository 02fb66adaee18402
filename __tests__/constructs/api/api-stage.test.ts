import type { Construct } from "constructs";
import { ACCOUNT, dev } from "../../fixtures/environments";
import { ApiStage } from "../../../src/constructs/api/api-stage";
import { RestApi } from "../../../src/constructs/api/rest-api";
import { LogGroup } from "../../../src/constructs/observability/log-group";
import type { Metric } from "../../../src/constructs/observability/metric";
import { functionIn } from "../../helpers/function";
import { keyIn } from "../../helpers/key";
import { environmentTemplate } from "../../helpers/stack-templates";
import { constructTemplate } from "../../helpers/template";

const LIMITS = { throttleRateLimit: 7, throttleBurstLimit: 11, monthlyQuota: 500, executionLogLevel: "ERROR" } as const;

function apiStage(scope: Construct): ApiStage {
  const key = keyIn(scope);
  const logGroup = (id: string, name: string): LogGroup =>
    new LogGroup(scope, id, { name, account: ACCOUNT, retentionDays: 14, key });
  const handler = functionIn(scope, key);
  return new ApiStage(scope, "Stage", {
    ...LIMITS,
    api: new RestApi(scope, "Api", { name: "api", handler, allowedOrigin: "https://shop.example" }),
    account: ACCOUNT,
    stageName: "test",
    usagePlanName: "plan",
    accessLogGroup: logGroup("AccessLog", "/aws/api-gateway/api"),
    logRetentionDays: 30,
    key,
  });
}

describe("ApiStage", () => {
  const template = constructTemplate((scope) => {
    apiStage(scope);
  });
  const stage = template.at("aws_api_gateway_stage.Stage");
  const restApiId = "${aws_api_gateway_rest_api.Api.id}";
  const stageName = "${aws_api_gateway_stage.Stage.stage_name}";

  test("is a stage with settings, an execution log and a usage plan, and no API key", () => {
    const { inventory } = template;
    expect(inventory).toMatchObject({
      aws_api_gateway_stage: 1,
      aws_api_gateway_method_settings: 1,
      aws_api_gateway_usage_plan: 1,
      // The function's, the access log, the execution log.
      aws_cloudwatch_log_group: 3,
    });
    expect(Object.keys(inventory).filter((type) => type.endsWith("key"))).toEqual(["aws_kms_key"]);
  });

  test("has no API key in a whole environment either: its value would be in state", () => {
    const types = Object.keys(environmentTemplate(dev).inventory);
    expect(types.filter((type) => type.startsWith("aws_api_gateway_")).sort()).toEqual([
      "aws_api_gateway_deployment",
      "aws_api_gateway_gateway_response",
      "aws_api_gateway_integration",
      "aws_api_gateway_integration_response",
      "aws_api_gateway_method",
      "aws_api_gateway_method_response",
      "aws_api_gateway_method_settings",
      "aws_api_gateway_resource",
      "aws_api_gateway_rest_api",
      "aws_api_gateway_stage",
      "aws_api_gateway_usage_plan",
    ]);
  });

  test("serves the API's deployment, traced by X-Ray", () => {
    expect(stage).toEqual({
      rest_api_id: restApiId,
      deployment_id: "${aws_api_gateway_deployment.Api_Deployment.id}",
      stage_name: "test",
      description: "api, stage test",
      xray_tracing_enabled: true,
      access_log_settings: {
        destination_arn: "${aws_cloudwatch_log_group.AccessLog.arn}",
        format: expect.any(String) as string,
      },
      depends_on: ["aws_cloudwatch_log_group.Stage_ExecutionLog"],
    });
  });

  test("has an execution log with encryption and retention before API Gateway creates one that is kept forever", () => {
    expect(template.at("aws_cloudwatch_log_group.Stage_ExecutionLog")).toEqual({
      name: `API-Gateway-Execution-Logs_${restApiId}/test`,
      retention_in_days: 30,
      kms_key_id: "${aws_kms_key.Key.arn}",
    });
  });

  test("throttles every method, measures it, and logs no request or response body", () => {
    expect(template.at("aws_api_gateway_method_settings.Stage_Settings")).toEqual({
      rest_api_id: restApiId,
      stage_name: stageName,
      method_path: "*/*",
      settings: {
        metrics_enabled: true,
        logging_level: "ERROR",
        data_trace_enabled: false,
        throttling_rate_limit: 7,
        throttling_burst_limit: 11,
      },
    });
  });

  test("limits callers with an API key by the same throttle and by a monthly quota", () => {
    expect(template.at("aws_api_gateway_usage_plan.Stage_UsagePlan")).toEqual({
      name: "plan",
      description: "Limits of callers of api that carry an API key",
      api_stages: [{ api_id: restApiId, stage: stageName }],
      throttle_settings: { rate_limit: 7, burst_limit: 11 },
      quota_settings: { limit: 500, period: "MONTH" },
    });
  });

  test("has the handover's limits and logs of its own by default", () => {
    const smallest = constructTemplate((scope) => {
      const handler = functionIn(scope, keyIn(scope));
      const api = new RestApi(scope, "Api", { name: "api", handler, allowedOrigin: "https://shop.example" });
      new ApiStage(scope, "Stage", { api, account: ACCOUNT, stageName: "test" });
    });
    expect(smallest.at("aws_api_gateway_method_settings.Stage_Settings").settings).toEqual({
      metrics_enabled: true,
      logging_level: "ERROR",
      data_trace_enabled: false,
      throttling_rate_limit: 20,
      throttling_burst_limit: 60,
    });
    expect(smallest.at("aws_api_gateway_usage_plan.Stage_UsagePlan")).toMatchObject({
      name: "api-test",
      throttle_settings: { rate_limit: 20, burst_limit: 60 },
      quota_settings: { limit: 100_000, period: "MONTH" },
    });
    expect(smallest.at("aws_cloudwatch_log_group.Stage_AccessLog")).toEqual({
      name: "/aws/api-gateway/api",
      retention_in_days: 90,
    });
    expect(smallest.at("aws_cloudwatch_log_group.Stage_ExecutionLog").retention_in_days).toBe(90);
  });

  test("measures itself by the API's name and its own", () => {
    const metrics: Metric[] = [];
    constructTemplate((scope) => {
      const own = apiStage(scope);
      metrics.push(own.metricServerErrors(), own.metricClientErrors(), own.metricRequests(), own.metricLatency());
    });
    const metric = { namespace: "AWS/ApiGateway", dimensions: { ApiName: "api", Stage: "test" } };
    expect(metrics).toEqual([
      { ...metric, name: "5XXError", statistic: "Sum" },
      { ...metric, name: "4XXError", statistic: "Sum" },
      { ...metric, name: "Count", statistic: "Sum" },
      { ...metric, name: "Latency", statistic: "p95" },
    ]);
  });
});

describe("the access log of an ApiStage", () => {
  const { format } = constructTemplate((scope) => {
    apiStage(scope);
  }).at("aws_api_gateway_stage.Stage").access_log_settings as { readonly format: string };
  const variables = format.match(/\$context(\.\w+)+/g) ?? [];

  test.each([
    ["every variable has a value", "value 1"],
    ["API Gateway has no value and writes a hyphen", "-"],
  ])("is one line of JSON when %s", (_title, value) => {
    const line = format.replaceAll(/\$context(\.\w+)+/g, value);
    expect(line).not.toContain("\n");
    expect(new Set(Object.values(JSON.parse(line) as Record<string, string>))).toEqual(new Set([value]));
    expect(Object.keys(JSON.parse(line) as object)).toHaveLength(variables.length);
  });

  test("says who called what, how it was answered, how long that took, and where it failed", () => {
    const request: Readonly<Record<string, string>> = {
      "$context.requestId": "r-1",
      "$context.extendedRequestId": "x-1",
      "$context.requestTime": "02/Nov/2025:08:00:00 +0000",
      "$context.identity.sourceIp": "192.0.2.1",
      "$context.httpMethod": "POST",
      "$context.path": "/test/payments/create",
      "$context.status": "504",
      "$context.protocol": "HTTP/1.1",
      "$context.responseLength": "41",
      "$context.responseLatency": "29003",
      "$context.integration.status": "-",
      "$context.integration.latency": "29000",
      "$context.error.responseType": "INTEGRATION_TIMEOUT",
      "$context.xrayTraceId": "1-690710c0-1",
    };
    expect(JSON.parse(format.replaceAll(/\$context(\.\w+)+/g, (variable) => request[variable] ?? variable))).toEqual({
      requestId: "r-1",
      extendedRequestId: "x-1",
      requestTime: "02/Nov/2025:08:00:00 +0000",
      sourceIp: "192.0.2.1",
      httpMethod: "POST",
      path: "/test/payments/create",
      status: "504",
      protocol: "HTTP/1.1",
      responseLength: "41",
      responseLatencyMs: "29003",
      integrationStatus: "-",
      integrationLatencyMs: "29000",
      errorType: "INTEGRATION_TIMEOUT",
      xrayTraceId: "1-690710c0-1",
    });
  });

  test("contains nothing of the body, the query, the headers or who is logged in", () => {
    const personal = /body|query|header|authoriz|authenticat|cognito|claims|identity\.(?!sourceIp$)|overrid/i;
    expect(variables.filter((variable) => personal.test(variable))).toEqual([]);
    expect(format).not.toMatch(/\$(input|method|stageVariables)/);
  });
});
