import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { TerraformOutput } from "cdktf";
import { addCorsOptions } from "../../../src/constructs/api/cors";
import { constructTemplate } from "../../helpers/template";

describe("addCorsOptions", () => {
  const template = constructTemplate((scope) => {
    const api = new ApiGatewayRestApi(scope, "Api", { name: "api" });
    const resources = addCorsOptions(scope, "Root", {
      restApiId: api.id,
      resourceId: api.rootResourceId,
      allowedOrigin: "https://shop.example",
    });
    new TerraformOutput(scope, "Made", { value: resources.map(({ fqn }) => fqn) });
  });
  const place = {
    rest_api_id: "${aws_api_gateway_rest_api.Api.id}",
    resource_id: "${aws_api_gateway_rest_api.Api.root_resource_id}",
  };
  const http_method = "${aws_api_gateway_method.RootOptions.http_method}";

  test("returns everything that it created, for the deployment to copy", () => {
    const made = template.addresses.filter((address) => address !== "aws_api_gateway_rest_api.Api");
    const returned = template.json.output?.Made?.value as string[];
    expect([...returned].sort()).toEqual(made.map((address) => `\${${address}}`));
    expect(template.inventory).toEqual({
      aws_api_gateway_integration: 1,
      aws_api_gateway_integration_response: 1,
      aws_api_gateway_method: 1,
      aws_api_gateway_method_response: 1,
      aws_api_gateway_rest_api: 1,
    });
  });

  test("accepts OPTIONS from anyone, since browsers send no credentials with it", () => {
    expect(template.at("aws_api_gateway_method.RootOptions")).toEqual({
      ...place,
      http_method: "OPTIONS",
      authorization: "NONE",
    });
  });

  test("answers without calling the function", () => {
    expect(template.at("aws_api_gateway_integration.RootOptionsIntegration")).toEqual({
      ...place,
      http_method,
      type: "MOCK",
      request_templates: { "application/json": '{"statusCode":204}' },
    });
  });

  test("answers 204 with the one origin, the methods and headers of the app, and how long they are valid", () => {
    expect(template.at("aws_api_gateway_integration_response.RootOptionsIntegrationResponse")).toEqual({
      ...place,
      http_method,
      status_code: "${aws_api_gateway_method_response.RootOptionsResponse.status_code}",
      response_parameters: {
        "method.response.header.Access-Control-Allow-Origin": "'https://shop.example'",
        "method.response.header.Access-Control-Allow-Methods": "'GET,POST,PUT,PATCH,DELETE,OPTIONS'",
        "method.response.header.Access-Control-Allow-Headers": "'Authorization,Content-Type,Idempotency-Key,X-Api-Key'",
        "method.response.header.Access-Control-Max-Age": "'7200'",
      },
      depends_on: ["aws_api_gateway_integration.RootOptionsIntegration"],
    });
  });

  test("declares each header of its response, or API Gateway would refuse the response", () => {
    const declared = template.at("aws_api_gateway_method_response.RootOptionsResponse");
    const answered = template.at("aws_api_gateway_integration_response.RootOptionsIntegrationResponse");
    expect(declared).toEqual({
      ...place,
      http_method,
      status_code: "204",
      response_parameters: Object.fromEntries(
        Object.keys(answered.response_parameters as object).map((header) => [header, true]),
      ),
    });
  });

  test("does not allow credentials, so no cookie is sent across origins", () => {
    expect(template.text).not.toContain("Access-Control-Allow-Credentials");
  });
});
