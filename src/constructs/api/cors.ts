import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayIntegrationResponse } from "@cdktf/provider-aws/lib/api-gateway-integration-response";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayMethodResponse } from "@cdktf/provider-aws/lib/api-gateway-method-response";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";

const NO_CONTENT = "204";

/** Seconds that a browser may cache the response; Chromium's own maximum. */
const MAX_AGE_SECONDS = 7200;

/** Inputs of {@link addCorsOptions}. */
export interface CorsOptionsProps {
  /** Id of the API that the resource belongs to. */
  readonly restApiId: string;
  /** Id of the resource that gets the method. */
  readonly resourceId: string;
  /** The one origin that browsers may call from. */
  readonly allowedOrigin: string;
}

/**
 * Adds an `OPTIONS` method to a resource, by which API Gateway answers CORS preflight requests itself, without calling
 * the function.
 *
 * @param label - first part of the construct ids
 * @returns the created resources, which belong to the API's definition
 */
export function addCorsOptions(scope: Construct, label: string, props: CorsOptionsProps): TerraformResource[] {
  const { restApiId, resourceId } = props;
  const headers: Readonly<Record<string, string>> = {
    "Access-Control-Allow-Origin": props.allowedOrigin,
    "Access-Control-Allow-Methods": "GET,POST,PUT,PATCH,DELETE,OPTIONS",
    "Access-Control-Allow-Headers": "Authorization,Content-Type,Idempotency-Key,X-Api-Key",
    "Access-Control-Max-Age": String(MAX_AGE_SECONDS),
  };
  const parameters = (value: (header: string) => string | boolean): Record<string, never> =>
    Object.fromEntries(
      Object.keys(headers).map((header) => [`method.response.header.${header}`, value(header)]),
    ) as Record<string, never>;

  const method = new ApiGatewayMethod(scope, `${label}Options`, {
    restApiId,
    resourceId,
    httpMethod: "OPTIONS",
    authorization: "NONE",
  });
  const integration = new ApiGatewayIntegration(scope, `${label}OptionsIntegration`, {
    restApiId,
    resourceId,
    httpMethod: method.httpMethod,
    type: "MOCK",
    requestTemplates: { "application/json": '{"statusCode":204}' },
  });
  const methodResponse = new ApiGatewayMethodResponse(scope, `${label}OptionsResponse`, {
    restApiId,
    resourceId,
    httpMethod: method.httpMethod,
    statusCode: NO_CONTENT,
    responseParameters: parameters(() => true),
  });
  const integrationResponse = new ApiGatewayIntegrationResponse(scope, `${label}OptionsIntegrationResponse`, {
    restApiId,
    resourceId,
    httpMethod: method.httpMethod,
    statusCode: methodResponse.statusCode,
    responseParameters: parameters((header) => `'${headers[header] ?? ""}'`),
    dependsOn: [integration],
  });
  return [method, integration, methodResponse, integrationResponse];
}
