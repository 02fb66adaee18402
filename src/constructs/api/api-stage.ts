import { ApiGatewayMethodSettings } from "@cdktf/provider-aws/lib/api-gateway-method-settings";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { ApiGatewayUsagePlan } from "@cdktf/provider-aws/lib/api-gateway-usage-plan";
import { Construct } from "constructs";
import type { AwsAccount } from "../../shared/aws-account";
import { LogGroup } from "../observability/log-group";
import type { Metric } from "../observability/metric";
import type { EncryptionKey } from "../security/encryption-key";
import type { ExecutionLogLevel } from "./limits";
import type { RestApi } from "./rest-api";

/**
 * One line of JSON per request. It has the caller's address, to trace abuse, and nothing of the body, the query or the
 * headers. It has the type of an error and not its message, which may repeat a header and break the JSON.
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

/** Limits of a small shop. Source: handover, "Compute & API". */
const THROTTLE_RATE_LIMIT = 20;
const THROTTLE_BURST_LIMIT = 60;
const MONTHLY_QUOTA = 100_000;

const EXECUTION_LOG_LEVEL: ExecutionLogLevel = "ERROR";

/** Inputs of {@link ApiStage}. */
export interface ApiStageProps {
  /** API that the stage serves. */
  readonly api: RestApi;
  /** Account and region of the API. */
  readonly account: AwsAccount;
  /** Last part of the invoke URL. */
  readonly stageName: string;
  /**
   * Name of the usage plan, up to 255 characters.
   *
   * @default - the API's name and the stage's, joined by a hyphen
   */
  readonly usagePlanName?: string;
  /**
   * Steady-state requests per second, for the stage and the usage plan.
   *
   * @default 20
   */
  readonly throttleRateLimit?: number;
  /**
   * Simultaneous requests above the steady rate, for the stage and the usage plan.
   *
   * @default 60
   */
  readonly throttleBurstLimit?: number;
  /**
   * Requests per month that one API key of the usage plan may make.
   *
   * @default 100,000
   */
  readonly monthlyQuota?: number;
  /**
   * What the execution log contains. Request and response bodies are never logged.
   *
   * @default "ERROR"
   */
  readonly executionLogLevel?: ExecutionLogLevel;
  /**
   * Receives the JSON access log.
   *
   * @default - a {@link LogGroup} named `/aws/api-gateway/` and the API's name is created
   */
  readonly accessLogGroup?: LogGroup;
  /**
   * Retention in days of the log groups that the stage creates.
   *
   * @default - the retention of {@link LogGroup}
   */
  readonly logRetentionDays?: number;
  /**
   * Encrypts the log groups that the stage creates.
   *
   * @default - the key of CloudWatch Logs
   */
  readonly key?: EncryptionKey;
}

/**
 * A stage with access log, execution log, X-Ray and throttling, and a usage plan for callers with an API key. It
 * creates no key, whose value would be in state. A usage plan counts only requests with a key, so the stage is
 * throttled too.
 *
 * API Gateway writes logs only once the account lets it: see {@link ApiGatewayAccountLogging}.
 */
export class ApiStage extends Construct {
  /** ARN of the stage. */
  public readonly arn: string;
  /** URL that clients call, with the stage. */
  public readonly invokeUrl: string;
  readonly #props: ApiStageProps;
  readonly #throttle: { readonly rateLimit: number; readonly burstLimit: number };

  public constructor(scope: Construct, id: string, props: ApiStageProps) {
    super(scope, id);
    this.#props = props;
    this.#throttle = {
      rateLimit: props.throttleRateLimit ?? THROTTLE_RATE_LIMIT,
      burstLimit: props.throttleBurstLimit ?? THROTTLE_BURST_LIMIT,
    };
    const accessLog = props.accessLogGroup ?? this.#logGroup("AccessLog", `/aws/api-gateway/${props.api.name}`);
    const stage = this.#stage(accessLog, this.#executionLog());
    this.#settings(stage);
    this.#usagePlan(stage);
    this.arn = stage.arn;
    this.invokeUrl = stage.invokeUrl;
  }

  /** Requests that ended in a 5xx response. */
  public metricServerErrors(): Metric {
    return this.#metric("5XXError", "Sum");
  }

  /** Requests that ended in a 4xx response. */
  public metricClientErrors(): Metric {
    return this.#metric("4XXError", "Sum");
  }

  /** All requests. */
  public metricRequests(): Metric {
    return this.#metric("Count", "Sum");
  }

  /** 95th percentile of the response time in milliseconds. */
  public metricLatency(): Metric {
    return this.#metric("Latency", "p95");
  }

  /** API Gateway would otherwise create this group itself, and keep it forever. */
  #executionLog(): LogGroup {
    const { api, stageName } = this.#props;
    return this.#logGroup("ExecutionLog", `API-Gateway-Execution-Logs_${api.restApiId}/${stageName}`);
  }

  #logGroup(id: string, name: string): LogGroup {
    const { account, key, logRetentionDays: retentionDays } = this.#props;
    return new LogGroup(this, id, { name, account, retentionDays, key });
  }

  #stage(accessLog: LogGroup, executionLog: LogGroup): ApiGatewayStage {
    const { api, stageName } = this.#props;
    return new ApiGatewayStage(this, "Resource", {
      restApiId: api.restApiId,
      deploymentId: api.deploymentId,
      stageName,
      description: `${api.name}, stage ${stageName}`,
      xrayTracingEnabled: true,
      accessLogSettings: { destinationArn: accessLog.arn, format: ACCESS_LOG_FORMAT },
      dependsOn: [executionLog],
    });
  }

  #settings(stage: ApiGatewayStage): void {
    const { api, executionLogLevel = EXECUTION_LOG_LEVEL } = this.#props;
    new ApiGatewayMethodSettings(this, "Settings", {
      restApiId: api.restApiId,
      stageName: stage.stageName,
      methodPath: "*/*",
      settings: {
        metricsEnabled: true,
        loggingLevel: executionLogLevel,
        dataTraceEnabled: false,
        throttlingRateLimit: this.#throttle.rateLimit,
        throttlingBurstLimit: this.#throttle.burstLimit,
      },
    });
  }

  #usagePlan(stage: ApiGatewayStage): void {
    const { api, monthlyQuota = MONTHLY_QUOTA, stageName } = this.#props;
    new ApiGatewayUsagePlan(this, "UsagePlan", {
      name: this.#props.usagePlanName ?? `${api.name}-${stageName}`,
      description: `Limits of callers of ${api.name} that carry an API key`,
      apiStages: [{ apiId: api.restApiId, stage: stage.stageName }],
      throttleSettings: this.#throttle,
      quotaSettings: { limit: monthlyQuota, period: "MONTH" },
    });
  }

  #metric(name: string, statistic: string): Metric {
    const { api, stageName } = this.#props;
    return { namespace: "AWS/ApiGateway", name, dimensions: { ApiName: api.name, Stage: stageName }, statistic };
  }
}
