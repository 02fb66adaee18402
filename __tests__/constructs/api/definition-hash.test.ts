import { ApiGatewayGatewayResponse } from "@cdktf/provider-aws/lib/api-gateway-gateway-response";
import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayIntegrationResponse } from "@cdktf/provider-aws/lib/api-gateway-integration-response";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { Lazy, TerraformOutput, type TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { zipSync } from "fflate";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { ACCOUNT, dev } from "../../fixtures/environments";
import { ApiStage } from "../../../src/constructs/api/api-stage";
import { addCorsOptions } from "../../../src/constructs/api/cors";
import { definitionHash, deployedArguments } from "../../../src/constructs/api/definition-hash";
import { RestApi } from "../../../src/constructs/api/rest-api";
import { SecurityGroup } from "../../../src/constructs/network/security-group";
import { LogGroup } from "../../../src/constructs/observability/log-group";
import { functionIn } from "../../helpers/function";
import { keyIn } from "../../helpers/key";
import { environmentTemplate } from "../../helpers/stack-templates";
import { constructTemplate } from "../../helpers/template";

const folder = mkdtempSync(join(tmpdir(), "definition-hash-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("definitionHash", () => {
  const method = { type: "method", arguments: { http_method: "ANY", authorization: "NONE" } };
  const resource = { type: "resource", arguments: { path_part: "{proxy+}", list: [{ a: 1, b: null }, "x"] } };
  const hash = definitionHash([method, resource]);

  test("is a SHA-256", () => {
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ["resources", [resource, method]],
    ["arguments", [{ arguments: { authorization: "NONE", http_method: "ANY" }, type: "method" }, resource]],
    [
      "arguments within a list",
      [method, { ...resource, arguments: { list: [{ b: null, a: 1 }, "x"], path_part: "{proxy+}" } }],
    ],
  ])("does not depend on the order of %s", (_title, definition) => {
    expect(definitionHash(definition)).toBe(hash);
  });

  test.each([
    ["an argument", [{ ...method, arguments: { ...method.arguments, authorization: "AWS_IAM" } }, resource]],
    ["an argument's name", [{ ...method, arguments: { method: "ANY", authorization: "NONE" } }, resource]],
    [
      "an argument's type",
      [method, { ...resource, arguments: { ...resource.arguments, list: [{ a: "1", b: null }, "x"] } }],
    ],
    ["a resource's type", [{ ...method, type: "integration" }, resource]],
    ["a list's order", [method, { ...resource, arguments: { ...resource.arguments, list: ["x", { a: 1, b: null }] } }]],
    ["the number of resources", [method, resource, method]],
    ["the presence of a resource", [method]],
  ])("depends on %s", (_title, definition) => {
    expect(definitionHash(definition)).not.toBe(hash);
  });
});

describe("deployedArguments", () => {
  /** What is deployed of an OPTIONS method and its API, with references as they are written. */
  function deployed(make: (scope: Construct) => TerraformResource[]): Record<string, unknown>[] {
    const template = constructTemplate((scope) => {
      const resources = make(scope);
      new TerraformOutput(scope, "Deployed", {
        value: Lazy.stringValue({
          produce: (context) => JSON.stringify(context.resolve(resources.map(deployedArguments))),
        }),
      });
    });
    return JSON.parse(template.json.output?.Deployed?.value as string) as Record<string, unknown>[];
  }

  test("leaves out arguments for Terraform alone, which are not deployed", () => {
    const [api] = deployed((scope) => [
      new ApiGatewayRestApi(scope, "Api", {
        name: "api",
        tags: { Team: "shop" },
        lifecycle: { preventDestroy: true },
        dependsOn: [new ApiGatewayRestApi(scope, "Other", { name: "other" })],
      }),
    ]);
    expect(api).toEqual({ type: "aws_api_gateway_rest_api", arguments: { name: "api" } });
  });

  test("refers to other resources by address, not by an id that AWS assigns", () => {
    const [, method] = deployed((scope) => {
      const api = new ApiGatewayRestApi(scope, "Api", { name: "api" });
      const any = { restApiId: api.id, resourceId: api.rootResourceId, httpMethod: "ANY", authorization: "NONE" };
      return [api, new ApiGatewayMethod(scope, "Any", any)];
    });
    expect(method).toEqual({
      type: "aws_api_gateway_method",
      arguments: {
        rest_api_id: "${aws_api_gateway_rest_api.Api.id}",
        resource_id: "${aws_api_gateway_rest_api.Api.root_resource_id}",
        http_method: "ANY",
        authorization: "NONE",
      },
    });
  });

  test("gives the same hash in any order of the constructs", () => {
    const inOrder = (labels: readonly string[]): string =>
      definitionHash(
        deployed((scope) => {
          const api = new ApiGatewayRestApi(scope, "Api", { name: "api" });
          const place = { restApiId: api.id, resourceId: api.rootResourceId, allowedOrigin: "https://shop.example" };
          return labels.flatMap((label) => addCorsOptions(scope, label, place));
        }),
      );
    expect(inOrder(["Path", "Root"])).toBe(inOrder(["Root", "Path"]));
  });
});

/**
 * A resource of an API, for a test that changes it.
 *
 * @throws Error when it is of another type
 */
function part<T extends TerraformResource>(api: RestApi, id: string, type: new (...args: never[]) => T): T {
  const found = api.node.findChild(id);
  if (!(found instanceof type)) {
    throw new Error(`${found.node.path} is not of type ${type.name}`);
  }
  return found;
}

/** Hash that Terraform compares, of an API with its stage. */
function trigger(
  change: {
    readonly props?: Partial<Record<"name" | "description" | "allowedOrigin" | "handlerId" | "handlerName", string>>;
    readonly config?: Partial<Pick<EnvironmentConfig, "api" | "function" | "logRetentionDays" | "protectData">>;
    readonly before?: (scope: Construct) => void;
    readonly after?: (api: RestApi) => void;
  } = {},
): unknown {
  const config = { ...dev, ...change.config };
  const { handlerId = "App", handlerName = "app", ...props } = change.props ?? {};
  const template = constructTemplate((scope) => {
    change.before?.(scope);
    const key = keyIn(scope);
    const logGroup = (id: string, name: string): LogGroup =>
      new LogGroup(scope, id, { name, account: ACCOUNT, retentionDays: config.logRetentionDays, key });
    const handler = functionIn(scope, key, {
      ...config.function,
      id: handlerId,
      name: handlerName,
      retentionDays: config.logRetentionDays,
    });
    const api = new RestApi(scope, "Api", {
      name: "api",
      description: "Shop",
      handler,
      allowedOrigin: "https://shop.example",
      ...props,
    });
    new ApiStage(scope, "Stage", {
      ...config.api,
      api,
      account: ACCOUNT,
      stageName: "test",
      usagePlanName: "plan",
      accessLogGroup: logGroup("AccessLog", "/aws/api-gateway/api"),
      logRetentionDays: config.logRetentionDays,
      key,
    });
    change.after?.(api);
  }, config.protectData);
  return template.at("aws_api_gateway_deployment.Api_Deployment").triggers;
}

describe("the hash of a RestApi", () => {
  test.each<[string, Parameters<typeof trigger>[0]]>([
    ["the allowed origin", { props: { allowedOrigin: "https://other.example" } }],
    ["the API's name", { props: { name: "other" } }],
    ["the API's description", { props: { description: "Other" } }],
    ["the function that answers", { props: { handlerName: "other" } }],
    [
      "who may call a method",
      {
        after: (api) => {
          part(api, "PathAny", ApiGatewayMethod).authorization = "AWS_IAM";
        },
      },
    ],
    [
      "a path",
      {
        after: (api) => {
          part(api, "Path", ApiGatewayResource).pathPart = "v1";
        },
      },
    ],
    [
      "an integration's time-out",
      {
        after: (api) => {
          part(api, "RootAnyIntegration", ApiGatewayIntegration).timeoutMilliseconds = 5000;
        },
      },
    ],
    [
      "a header of one preflight response",
      {
        after: (api) => {
          part(api, "RootOptionsIntegrationResponse", ApiGatewayIntegrationResponse).responseParameters = {};
        },
      },
    ],
    [
      "the body of an error",
      {
        after: (api) => {
          part(api, "DEFAULT-4XX", ApiGatewayGatewayResponse).responseTemplates = { "application/json": "{}" };
        },
      },
    ],
    [
      "an override",
      {
        after: (api) => {
          part(api, "Resource", ApiGatewayRestApi).addOverride("binary_media_types", ["image/png"]);
        },
      },
    ],
  ])("changes with %s", (_title, change) => {
    expect(trigger(change)).not.toEqual(trigger());
  });

  test.each<[string, Parameters<typeof trigger>[0]]>([
    [
      "throttles and quota",
      { config: { api: { ...dev.api, throttleRateLimit: 5, throttleBurstLimit: 6, monthlyQuota: 7 } } },
    ],
    ["the log level", { config: { api: { ...dev.api, executionLogLevel: "OFF" } } }],
    ["the logs' retention", { config: { logRetentionDays: 365 } }],
    [
      "the function's memory and time-out",
      { config: { function: { ...dev.function, memoryMb: 256, timeoutSeconds: 5 } } },
    ],
    ["the address of the function that answers", { props: { handlerId: "OtherApp" } }],
    ["protection against destruction", { config: { protectData: true } }],
    [
      "tags",
      {
        after: (api) => {
          part(api, "Resource", ApiGatewayRestApi).tags = { Team: "shop" };
        },
      },
    ],
    [
      "what was created before it",
      {
        before: (scope) => {
          new SecurityGroup(scope, "Earlier", { vpcId: "vpc-1", name: "earlier", description: "Created first" });
        },
      },
    ],
  ])("does not change with %s", (_title, change) => {
    expect(trigger(change)).toEqual(trigger());
  });

  test("does not change with the function's code", () => {
    const artifact = join(folder, "other.zip");
    writeFileSync(artifact, zipSync({ "index.js": new TextEncoder().encode("exports.handler = () => undefined;") }));
    expect(trigger({ config: { function: { ...dev.function, artifact } } })).toEqual(trigger());
  });

  test("is the same in an environment's stack synthesized twice", () => {
    const hash = (config: EnvironmentConfig): unknown =>
      environmentTemplate(config).at("aws_api_gateway_deployment.ServerlessRestApi_Deployment").triggers;
    expect(hash(dev)).toEqual(hash(dev));
    expect(hash({ ...dev, apiAllowedOrigin: "https://shop.example" })).not.toEqual(hash(dev));
  });
});
