import { AREA_NAMES, areaOf, OTHER_AREA } from "../../../../tools/operate/review/areas";
import { GOLDEN_RESOURCES } from "../../../golden/addresses";

const types = GOLDEN_RESOURCES.map((address) => address.split(".")[0] ?? "");

test.each([...new Set(types)].sort())("%s belongs to an area of the system", (type) => {
  expect(areaOf(type)).not.toBe(OTHER_AREA);
});

test.each([
  ["aws_vpc_security_group_ingress_rule", "network"],
  ["aws_route_table_association", "network"],
  ["aws_kms_key", "security"],
  ["aws_iam_role", "security"],
  ["aws_db_subnet_group", "data"],
  ["aws_cloudfront_distribution", "storage"],
  ["aws_lambda_permission", "compute"],
  ["aws_api_gateway_stage", "api"],
  ["aws_sns_topic", "observability"],
  ["aws_budgets_budget", "cost"],
  ["aws_sqs_queue", "other"],
])("%s belongs to %s", (type, area) => {
  expect(areaOf(type)).toBe(area);
});

test("an unknown type comes last", () => {
  expect(AREA_NAMES.at(-1)).toBe(OTHER_AREA);
});
