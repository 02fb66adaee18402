import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { CloudwatchLogStream } from "@cdktf/provider-aws/lib/cloudwatch-log-stream";
import { ACCOUNT } from "../../fixtures/environments";
import { LogGroup } from "../../../src/constructs/observability/log-group";
import { keyIn } from "../../helpers/key";
import { grantedTo, executionRole } from "../../helpers/role";
import { constructTemplate } from "../../helpers/template";

describe("LogGroup", () => {
  const build = (protectData: boolean): ReturnType<typeof constructTemplate> =>
    constructTemplate((scope) => {
      const key = keyIn(scope);
      const group = new LogGroup(scope, "Log", { name: "/aws/lambda/app", account: ACCOUNT, retentionDays: 30, key });
      new CloudwatchLogStream(scope, "Writer", { name: "app", logGroupName: group.logGroupName, dependsOn: [group] });
    }, protectData);
  const template = build(false);

  test("is encrypted under the key and deletes events after its retention", () => {
    expect(template.at("aws_cloudwatch_log_group.Log")).toEqual({
      name: "/aws/lambda/app",
      retention_in_days: 30,
      kms_key_id: "${aws_kms_key.Key.arn}",
    });
    expect(template.inventory).toEqual({
      aws_cloudwatch_log_group: 1,
      aws_cloudwatch_log_stream: 1,
      aws_kms_alias: 1,
      aws_kms_key: 1,
    });
  });

  test("lets CloudWatch Logs use the key for this group alone", () => {
    expect(template.statement("aws_kms_key.Key", "CloudWatchLogsUse").Condition).toEqual({
      ArnLike: {
        "kms:EncryptionContext:aws:logs:arn": ["arn:aws:logs:ap-south-1:498192039865:log-group:/aws/lambda/app"],
      },
    });
  });

  test("does not let the key depend on a part of the name that AWS assigns", () => {
    const assigned = constructTemplate((scope) => {
      const key = keyIn(scope);
      const api = new ApiGatewayRestApi(scope, "Api", { name: "api" });
      new LogGroup(scope, "Log", { name: `api_${api.id}/test`, account: ACCOUNT, key });
      new LogGroup(scope, "Other", { name: api.id, account: ACCOUNT, key });
    });
    const logs = "arn:aws:logs:ap-south-1:498192039865:log-group:";
    expect(assigned.statement("aws_kms_key.Key", "CloudWatchLogsUse").Condition).toEqual({
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": [`${logs}api_*/test`, `${logs}*`] },
    });
    expect(assigned.at("aws_cloudwatch_log_group.Log").name).toBe("api_${aws_api_gateway_rest_api.Api.id}/test");
  });

  test("keeps events for 90 days, under the key of CloudWatch Logs, by default", () => {
    const smallest = constructTemplate((scope) => {
      new LogGroup(scope, "Log", { name: "/shop", account: ACCOUNT });
    });
    expect(smallest.at("aws_cloudwatch_log_group.Log")).toEqual({ name: "/shop", retention_in_days: 90 });
  });

  test("lets a granted role write events, and create no group", () => {
    const role = executionRole();
    constructTemplate((scope) => {
      new LogGroup(scope, "Log", { name: "/aws/lambda/app", account: ACCOUNT }).grantWrite(role);
    });
    expect(grantedTo(role)).toEqual([
      {
        Sid: "LogWrite",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "arn:aws:logs:ap-south-1:498192039865:log-group:/aws/lambda/app:*",
      },
    ]);
  });

  test("exists before the writer that depends on it", () => {
    expect(template.at("aws_cloudwatch_log_stream.Writer")).toEqual({
      name: "app",
      log_group_name: "${aws_cloudwatch_log_group.Log.name}",
      depends_on: ["aws_cloudwatch_log_group.Log"],
    });
  });

  test("is not destroyed in a protected stack: it is the record of what happened", () => {
    expect(build(true).at("aws_cloudwatch_log_group.Log").lifecycle).toEqual({ prevent_destroy: true });
  });
});
