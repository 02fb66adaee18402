import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayGatewayResponse } from "@cdktf/provider-aws/lib/api-gateway-gateway-response";
import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { Lazy, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { LambdaFunction } from "../compute/lambda-function";
import { definitionHash, deployedArguments } from "./definition-hash";
import { addPreflight } from "./preflight";

/** Errors that API Gateway answers by itself: throttled, forbidden, timed out. */
const GATEWAY_ERRORS = ["DEFAULT_4XX", "DEFAULT_5XX"] as const;

/** Inputs of {@link RestApi}. */
export interface RestApiProps {
  /** Name of the API; also the `ApiName` dimension of its metrics. */
  readonly name: string;
  /** What a reader of the API Gateway console sees. */
  readonly description: string;
  /** Answers every request. It lets this API call it. */
  readonly handler: LambdaFunction;
  /** The one origin that browsers may call from. */
  readonly allowedOrigin: string;
}

/**
 * A regional REST API that hands every path to one function, and the deployment of its definition:
 * replaced when, and only when, the definition changed.
 */
export class RestApi extends Construct {
  /** Id that AWS assigned. */
  public readonly restApiId: string;
  /** Name, for the dimensions of metrics. */
  public readonly name: string;
  /** The deployment that a stage shows. */
  public readonly deploymentId: string;
  /** What the deployment is a copy of. */
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

  /** Hands every method of one resource to the function, but for the browser's preflight. */
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
    const preflight = addPreflight(this, label, {
      restApiId: this.restApiId,
      resourceId,
      allowedOrigin: this.#allowedOrigin,
    });
    this.#definition.push(method, integration, ...preflight);
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
      // A stage shows a deployment at all times: the new one is made before the old one goes.
      lifecycle: { createBeforeDestroy: true },
    });
  }
}
