import { CloudwatchLogStream } from "@cdktf/provider-aws/lib/cloudwatch-log-stream";
import { LogGroup } from "../../../src/constructs/observability/log-group";
import { keyIn } from "../../helpers/key";
import { askedOf, executionRole } from "../../helpers/role";
import { constructTemplate } from "../../helpers/template";

describe("LogGroup", () => {
  const build = (protectData: boolean): ReturnType<typeof constructTemplate> =>
    constructTemplate((scope) => {
      const key = keyIn(scope);
      const group = new LogGroup(scope, "Log", { name: "/aws/lambda/app", retentionDays: 30, key });
      new CloudwatchLogStream(scope, "Writer", { name: "app", logGroupName: group.logGroupName, dependsOn: [group] });
    }, protectData);
  const template = build(false);

  test("is encrypted under the key and forgets after its retention", () => {
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

  test("lets a role that asked for it write events, and make no group of its own", () => {
    const role = executionRole();
    constructTemplate((scope) => {
      new LogGroup(scope, "Log", { name: "/aws/lambda/app", retentionDays: 30, key: keyIn(scope) }).grantWrite(role);
    });
    expect(askedOf(role)).toEqual([
      {
        Sid: "LogWrite",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "arn:aws:logs:ap-south-1:498192039865:log-group:/aws/lambda/app:*",
      },
    ]);
  });

  test("is there before whoever depends on it", () => {
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
