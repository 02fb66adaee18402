import { ApiGatewayAccountLogging } from "../../../src/constructs/api/account-logging";
import { foundationTemplate } from "../../helpers/stack-templates";
import { constructTemplate } from "../../helpers/template";

describe("ApiGatewayAccountLogging", () => {
  const template = constructTemplate((scope) => {
    new ApiGatewayAccountLogging(scope, "Logging", { roleName: "api-logs" });
  });

  test("is a role, AWS's own policy for it, and the account's setting", () => {
    expect(template.inventory).toEqual({
      aws_api_gateway_account: 1,
      aws_iam_role: 1,
      aws_iam_role_policy_attachment: 1,
    });
  });

  test("has a role with its own name and description", () => {
    expect(template.at("aws_iam_role.Logging_Role")).toEqual({
      name: "api-logs",
      description: "API Gateway writes access and execution logs",
      assume_role_policy: expect.any(String) as string,
    });
  });

  test("allows API Gateway alone to assume the role, without a condition that it could not meet", () => {
    expect(template.policy("aws_iam_role.Logging_Role", "assume_role_policy")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ApiGatewayWritesLogs",
          Effect: "Allow",
          Principal: { Service: "apigateway.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    });
  });

  test("sets the role once it may write, which API Gateway checks at once", () => {
    expect(template.at("aws_iam_role_policy_attachment.Logging_Policy")).toEqual({
      role: "${aws_iam_role.Logging_Role.name}",
      policy_arn: "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    });
    expect(template.at("aws_api_gateway_account.Logging")).toEqual({
      cloudwatch_role_arn: "${aws_iam_role.Logging_Role.arn}",
      depends_on: ["aws_iam_role_policy_attachment.Logging_Policy"],
    });
  });

  test("belongs to the foundation, once per account", () => {
    expect(foundationTemplate().inventory).toMatchObject({ aws_api_gateway_account: 1 });
  });
});
