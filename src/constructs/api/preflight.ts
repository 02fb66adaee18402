import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayIntegrationResponse } from "@cdktf/provider-aws/lib/api-gateway-integration-response";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayMethodResponse } from "@cdktf/provider-aws/lib/api-gateway-method-response";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";

const NO_CONTENT = "204";

/** Seconds that a browser may keep the answer; Chromium's own maximum. */
const MAX_AGE_SECONDS = 7200;

/** Inputs of {@link addPreflight}. */
export interface PreflightProps {
  /** API that the resource belongs to. */
  readonly restApiId: string;
  /** Resource that gets the `OPTIONS` method. */
  readonly resourceId: string;
  /** The one origin that browsers may call from. */
  readonly allowedOrigin: string;
}

/**
 * Lets API Gateway answer a resource's CORS preflight itself, without a call of the function.
 *
 * @param label - first part of the ids
 * @returns what belongs to the API's definition
 */
export function addPreflight(scope: Construct, label: string, props: PreflightProps): TerraformResource[] {
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
