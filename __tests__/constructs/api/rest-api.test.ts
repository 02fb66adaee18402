import type { Construct } from "constructs";
import { RestApi } from "../../../src/constructs/api/rest-api";
import { functionIn } from "../../helpers/function";
import { keyIn } from "../../helpers/key";
import { constructTemplate } from "../../helpers/template";

function restApi(scope: Construct, allowedOrigin = "https://shop.example"): RestApi {
  const key = keyIn(scope);
  const handler = functionIn(scope, key);
  return new RestApi(scope, "Api", { name: "api", description: "Shop", handler, allowedOrigin });
}

describe("RestApi", () => {
  const template = constructTemplate((scope) => {
    restApi(scope);
  });
  const rest_api_id = "${aws_api_gateway_rest_api.Api.id}";

  test("is an API with two proxied resources, each with CORS, and one deployment", () => {
    expect(template.inventory).toEqual({
      // Root and every path: ANY for the function, OPTIONS for CORS preflight requests.
      aws_api_gateway_method: 4,
      aws_api_gateway_integration: 4,
      aws_api_gateway_method_response: 2,
      aws_api_gateway_integration_response: 2,
      // DEFAULT_4XX and DEFAULT_5XX.
      aws_api_gateway_gateway_response: 2,
      aws_api_gateway_deployment: 1,
      aws_api_gateway_resource: 1,
      aws_api_gateway_rest_api: 1,
      aws_lambda_permission: 1,
      // The function and what it needs.
      aws_cloudwatch_log_group: 1,
      aws_kms_alias: 1,
      aws_kms_key: 1,
      aws_lambda_alias: 1,
      aws_lambda_function: 1,
      aws_security_group: 1,
    });
  });

  test("is regional: no CloudFront in front of it", () => {
    expect(template.at("aws_api_gateway_rest_api.Api")).toEqual({
      name: "api",
      description: "Shop",
      endpoint_configuration: { types: ["REGIONAL"] },
    });
  });

  test.each([
    ["the root", "Root", "${aws_api_gateway_rest_api.Api.root_resource_id}"],
    ["every other path", "Path", "${aws_api_gateway_resource.Api_Path.id}"],
  ])("passes every method of %s to the function's alias", (_title, label, resource_id) => {
    expect(template.at(`aws_api_gateway_method.Api_${label}Any`)).toEqual({
      rest_api_id,
      resource_id,
      http_method: "ANY",
      authorization: "NONE",
    });
    expect(template.at(`aws_api_gateway_integration.Api_${label}AnyIntegration`)).toEqual({
      rest_api_id,
      resource_id,
      http_method: `\${aws_api_gateway_method.Api_${label}Any.http_method}`,
      type: "AWS_PROXY",
      integration_http_method: "POST",
      uri: "arn:aws:apigateway:ap-south-1:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-south-1:498192039865:function:app:live/invocations",
    });
  });

  test("handles every path below the root as one resource", () => {
    expect(template.at("aws_api_gateway_resource.Api_Path")).toEqual({
      rest_api_id,
      parent_id: "${aws_api_gateway_rest_api.Api.root_resource_id}",
      path_part: "{proxy+}",
    });
  });

  test("may call the function, and no other API may", () => {
    expect(template.at("aws_lambda_permission.App_ApiPermission")).toMatchObject({
      source_arn: "${aws_api_gateway_rest_api.Api.execution_arn}/*/*",
    });
  });

  test.each([
    ["the root", "Root", "${aws_api_gateway_rest_api.Api.root_resource_id}"],
    ["every other path", "Path", "${aws_api_gateway_resource.Api_Path.id}"],
  ])("answers preflight requests for %s with the one origin", (_title, label, resource_id) => {
    expect(template.at(`aws_api_gateway_method.Api_${label}Options`)).toMatchObject({ rest_api_id, resource_id });
    expect(template.at(`aws_api_gateway_integration_response.Api_${label}OptionsIntegrationResponse`)).toMatchObject({
      rest_api_id,
      resource_id,
      response_parameters: { "method.response.header.Access-Control-Allow-Origin": "'https://shop.example'" },
    });
  });

  test.each(["4XX", "5XX"])("answers its own %s errors with the one origin", (kind) => {
    expect(template.at(`aws_api_gateway_gateway_response.Api_DEFAULT-${kind}`)).toEqual({
      rest_api_id,
      response_type: `DEFAULT_${kind}`,
      response_parameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'https://shop.example'" },
    });
  });

  test("names no other origin anywhere", () => {
    const answered = new Set(template.text.match(/Access-Control-Allow-Origin": "[^"]*"/g));
    expect(answered).toEqual(new Set([`Access-Control-Allow-Origin": "'https://shop.example'"`]));
  });
});

describe("the deployment of a RestApi", () => {
  const template = constructTemplate((scope) => {
    restApi(scope);
  });
  const deployment = template.at("aws_api_gateway_deployment.Api_Deployment");

  test("is created again before the old one is destroyed, so the stage always has one", () => {
    expect(deployment).toEqual({
      rest_api_id: "${aws_api_gateway_rest_api.Api.id}",
      triggers: { definition: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      depends_on: expect.any(Array) as string[],
      lifecycle: { create_before_destroy: true },
    });
  });

  test("copies the definition only once all of it exists", () => {
    const definition = template.addresses.filter(
      (address) => address.startsWith("aws_api_gateway_") && !address.startsWith("aws_api_gateway_deployment."),
    );
    expect([...(deployment.depends_on as string[])].sort()).toEqual(definition);
  });

  test("is the same in two syntheses", () => {
    const again = constructTemplate((scope) => {
      restApi(scope);
    });
    expect(again.at("aws_api_gateway_deployment.Api_Deployment")).toEqual(deployment);
  });

  test("is replaced when the allowed origin changes", () => {
    const other = constructTemplate((scope) => {
      restApi(scope, "https://other.example");
    });
    expect(other.at("aws_api_gateway_deployment.Api_Deployment").triggers).not.toEqual(deployment.triggers);
  });
});
