import { ApiGatewayMethodSettings } from "@cdktf/provider-aws/lib/api-gateway-method-settings";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { ApiGatewayUsagePlan } from "@cdktf/provider-aws/lib/api-gateway-usage-plan";
import { Construct } from "constructs";
import type { ApiConfig } from "../../config/schema";
import { LogGroup } from "../observability/log-group";
import type { Metric } from "../observability/metric";
import type { EncryptionKey } from "../security/encryption-key";
import type { RestApi } from "./rest-api";

/**
 * One line of JSON a request. The caller's address is there for abuse; nothing of the body, the query
 * or the headers is. Of an error the type is there and not the message, which may repeat a header and
 * break the JSON.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: "$context.requestId",
  extendedRequestId: "$context.extendedRequestId",
  requestTime: "$context.requestTime",
  sourceIp: "$context.identity.sourceIp",
  httpMethod: "$context.httpMethod",
  path: "$context.path",
  status: "$context.status",
  protocol: "$context.protocol",
  responseLength: "$context.responseLength",
  responseLatencyMs: "$context.responseLatency",
  integrationStatus: "$context.integration.status",
  integrationLatencyMs: "$context.integration.latency",
  errorType: "$context.error.responseType",
  xrayTraceId: "$context.xrayTraceId",
});

/** Inputs of {@link ApiStage}. */
export interface ApiStageProps {
  /** API that the stage shows. */
  readonly api: RestApi;
  /** Last part of the invoke URL. */
  readonly stageName: string;
  /** Name of the usage plan, up to 255 characters. */
  readonly usagePlanName: string;
  /** Limits, and what the execution log holds. */
  readonly config: ApiConfig;
  /** Receives the JSON access log. */
  readonly accessLogGroup: LogGroup;
  /** Retention of the execution log, in days. */
  readonly executionLogRetentionDays: number;
  /** Encrypts the execution log. */
  readonly key: EncryptionKey;
}

/**
 * A stage with access log, execution log, X-Ray and throttling, and a usage plan for callers with an
 * API key. No key is made: its value would lie in state. A usage plan counts only requests that carry
 * a key, so the stage is throttled too.
 */
export class ApiStage extends Construct {
  /** ARN of the stage. */
  public readonly arn: string;
  /** URL that clients call, with the stage. */
  public readonly invokeUrl: string;
  readonly #props: ApiStageProps;

  public constructor(scope: Construct, id: string, props: ApiStageProps) {
    super(scope, id);
    this.#props = props;
    const stage = this.#stage(this.#executionLog());
    this.#settings(stage);
    this.#usagePlan(stage);
    this.arn = stage.arn;
    this.invokeUrl = stage.invokeUrl;
  }

  /** Requests that ended in a 5xx answer. */
  public metricServerErrors(): Metric {
    return this.#metric("5XXError", "Sum");
  }

  /** Requests that ended in a 4xx answer. */
  public metricClientErrors(): Metric {
    return this.#metric("4XXError", "Sum");
  }

  /** Requests. */
  public metricRequests(): Metric {
    return this.#metric("Count", "Sum");
  }

  /** Milliseconds to answer that 95 of 100 requests stay below. */
  public metricLatency(): Metric {
    return this.#metric("Latency", "p95");
  }

  /** API Gateway would make this group itself, and keep it forever. */
  #executionLog(): LogGroup {
    const { api, stageName, executionLogRetentionDays, key } = this.#props;
    return new LogGroup(this, "ExecutionLog", {
      name: `API-Gateway-Execution-Logs_${api.restApiId}/${stageName}`,
      retentionDays: executionLogRetentionDays,
      key,
    });
  }

  #stage(executionLog: LogGroup): ApiGatewayStage {
    const { api, stageName, accessLogGroup } = this.#props;
    return new ApiGatewayStage(this, "Resource", {
      restApiId: api.restApiId,
      deploymentId: api.deploymentId,
      stageName,
      description: `${api.name}, stage ${stageName}`,
      xrayTracingEnabled: true,
      accessLogSettings: { destinationArn: accessLogGroup.arn, format: ACCESS_LOG_FORMAT },
      dependsOn: [executionLog],
    });
  }

  #settings(stage: ApiGatewayStage): void {
    const { api, config } = this.#props;
    new ApiGatewayMethodSettings(this, "Settings", {
      restApiId: api.restApiId,
      stageName: stage.stageName,
      methodPath: "*/*",
      settings: {
        metricsEnabled: true,
        loggingLevel: config.executionLogLevel,
        dataTraceEnabled: false,
        throttlingRateLimit: config.throttleRateLimit,
        throttlingBurstLimit: config.throttleBurstLimit,
      },
    });
  }

  #usagePlan(stage: ApiGatewayStage): void {
    const { api, config, usagePlanName } = this.#props;
    new ApiGatewayUsagePlan(this, "UsagePlan", {
      name: usagePlanName,
      description: `Limits of callers of ${api.name} that carry an API key`,
      apiStages: [{ apiId: api.restApiId, stage: stage.stageName }],
      throttleSettings: { rateLimit: config.throttleRateLimit, burstLimit: config.throttleBurstLimit },
      quotaSettings: { limit: config.monthlyQuota, period: "MONTH" },
    });
  }

  #metric(name: string, statistic: string): Metric {
    const { api, stageName } = this.#props;
    return { namespace: "AWS/ApiGateway", name, dimensions: { ApiName: api.name, Stage: stageName }, statistic };
  }
}
