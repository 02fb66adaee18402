import { ACCOUNT } from "../../../fixtures/environments";
import { GOLDEN_RESOURCES } from "../../../golden/addresses";
import { SEARCHES } from "../../../../tools/operate/orphans/import-ids";

/** Resource types of every environment. */
const TYPES = new Set(GOLDEN_RESOURCES.map((address) => address.split(".")[0] ?? ""));

test("knows how each resource type of an environment is found, and no other", () => {
  expect(Object.keys(SEARCHES).toSorted()).toEqual([...TYPES].toSorted());
});

function idOf(type: string, args: Readonly<Record<string, string>>): string | undefined {
  const finding = SEARCHES[type];
  return finding?.by === "name" ? finding.id((name) => args[name], ACCOUNT) : "not found by name";
}

describe("an import id consists of names", () => {
  test.each<[string, Record<string, string>, string]>([
    ["aws_api_gateway_gateway_response", { rest_api_id: "api", response_type: "DEFAULT_4XX" }, "api/DEFAULT_4XX"],
    ["aws_api_gateway_method", { rest_api_id: "api", resource_id: "res", http_method: "ANY" }, "api/res/ANY"],
    [
      "aws_api_gateway_method_response",
      { rest_api_id: "api", resource_id: "res", http_method: "OPTIONS", status_code: "204" },
      "api/res/OPTIONS/204",
    ],
    ["aws_api_gateway_method_settings", { rest_api_id: "api", stage_name: "dev", method_path: "*/*" }, "api/dev/*/*"],
    ["aws_budgets_budget", { name: "monthly" }, "498192039865:monthly"],
    [
      "aws_cloudwatch_log_metric_filter",
      { log_group_name: "/aws/lambda/app", name: "Errors" },
      "/aws/lambda/app:Errors",
    ],
    [
      "aws_iam_role_policy_attachment",
      { role: "monitoring", policy_arn: "arn:aws:iam::aws:policy/P" },
      "monitoring/arn:aws:iam::aws:policy/P",
    ],
    ["aws_lambda_alias", { function_name: "app", name: "live" }, "app/live"],
    [
      "aws_lambda_permission",
      { function_name: "app", qualifier: "live", statement_id: "ApiInvokes" },
      "app:live/ApiInvokes",
    ],
    ["aws_route", { route_table_id: "rtb-1", destination_cidr_block: "0.0.0.0/0" }, "rtb-1_0.0.0.0/0"],
    ["aws_route_table_association", { route_table_id: "rtb-1", subnet_id: "subnet-1" }, "subnet-1/rtb-1"],
    ["aws_sns_topic", { name: "alarms" }, "arn:aws:sns:ap-south-1:498192039865:alarms"],
  ])("%s", (type, args, id) => {
    expect(idOf(type, args)).toBe(id);
  });

  test.each([
    ["aws_route", { destination_cidr_block: "0.0.0.0/0" }],
    ["aws_lambda_permission", { function_name: "app", statement_id: "ApiInvokes" }],
    ["aws_sns_topic", {}],
  ])("%s: unknown where a part is unknown", (type, args) => {
    expect(idOf(type, args)).toBeUndefined();
  });
});
