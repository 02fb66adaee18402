import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayGatewayResponse } from "@cdktf/provider-aws/lib/api-gateway-gateway-response";
import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { Lazy, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { LambdaFunction } from "../compute/lambda-function";
import { addCorsOptions } from "./cors";
import { definitionHash, deployedArguments } from "./definition-hash";

/** Errors that API Gateway answers itself: throttled, forbidden, timed out. */
const GATEWAY_ERRORS = ["DEFAULT_4XX", "DEFAULT_5XX"] as const;

/** Inputs of {@link RestApi}. */
export interface RestApiProps {
  /** Name of the API; also the `ApiName` dimension of its metrics. */
  readonly name: string;
  /** Function that answers every request. The API gets permission to call it. */
  readonly handler: LambdaFunction;
  /** The one origin that browsers may call from: scheme, host and port. */
  readonly allowedOrigin: string;
  /**
   * What a reader of the API Gateway console sees.
   *
   * @default - the API has no description
   */
  readonly description?: string;
}

/**
 * A regional REST API that passes every path to one function, and the deployment of its definition, which is replaced
 * when, and only when, the definition changed.
 */
export class RestApi extends Construct {
  /** Id, assigned by AWS. */
  public readonly restApiId: string;
  /** Name, for the dimensions of metrics. */
  public readonly name: string;
  /** Id of the deployment, for a stage. It contains the whole definition. */
  public readonly deploymentId: string;
  /** Resources that the deployment is a copy of. */
  readonly #definition: TerraformResource[] = [];
  readonly #handler: LambdaFunction;
  readonly #allowedOrigin: string;

  public constructor(scope: Construct, id: string, props: RestApiProps) {
    super(scope, id);
    this.#handler = props.handler;
    this.#allowedOrigin = props.allowedOrigin;
    this.name = props.name;

    const api = new ApiGatewayRestApi(this, "Resource", {
      name: props.name,
      description: props.description,
      endpointConfiguration: { types: ["REGIONAL"] },
    });
    this.restApiId = api.id;
    this.#definition.push(api);

    this.#proxy("Root", api.rootResourceId);
    this.#proxy("Path", this.#everyPath(api).id);
    this.#answerErrorsWithOrigin();
    props.handler.grantInvoke(api.executionArn);
    this.deploymentId = this.#deployment().id;
  }

  #everyPath(api: ApiGatewayRestApi): ApiGatewayResource {
    const resource = new ApiGatewayResource(this, "Path", {
      restApiId: api.id,
      parentId: api.rootResourceId,
      pathPart: "{proxy+}",
    });
    this.#definition.push(resource);
    return resource;
  }

  /** Passes every method of one resource to the function, except the browser's preflight request. */
  #proxy(label: "Root" | "Path", resourceId: string): void {
    const method = new ApiGatewayMethod(this, `${label}Any`, {
      restApiId: this.restApiId,
      resourceId,
      httpMethod: "ANY",
      authorization: "NONE",
    });
    const integration = new ApiGatewayIntegration(this, `${label}AnyIntegration`, {
      restApiId: this.restApiId,
      resourceId,
      httpMethod: method.httpMethod,
      type: "AWS_PROXY",
      integrationHttpMethod: "POST",
      uri: this.#handler.invokeArn,
    });
    const options = addCorsOptions(this, label, {
      restApiId: this.restApiId,
      resourceId,
      allowedOrigin: this.#allowedOrigin,
    });
    this.#definition.push(method, integration, ...options);
  }

  /** Without the header a browser reports a 429 as a CORS failure. */
  #answerErrorsWithOrigin(): void {
    for (const responseType of GATEWAY_ERRORS) {
      this.#definition.push(
        new ApiGatewayGatewayResponse(this, responseType.replace("_", "-"), {
          restApiId: this.restApiId,
          responseType,
          responseParameters: {
            "gatewayresponse.header.Access-Control-Allow-Origin": `'${this.#allowedOrigin}'`,
          },
        }),
      );
    }
  }

  #deployment(): ApiGatewayDeployment {
    return new ApiGatewayDeployment(this, "Deployment", {
      restApiId: this.restApiId,
      triggers: {
        definition: Lazy.stringValue({
          produce: (context) =>
            definitionHash(context.resolve(this.#definition.map(deployedArguments)) as Record<string, unknown>[]),
        }),
      },
      dependsOn: this.#definition,
      // A stage always needs a deployment, so the new one is created before the old one is destroyed.
      lifecycle: { createBeforeDestroy: true },
    });
  }
}
