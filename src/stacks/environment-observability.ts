import type { Construct } from "constructs";
import type { EnvironmentConfig } from "../config/schema";
import type { EnvironmentNames } from "../config/names";
import type { ApiStage } from "../constructs/api/api-stage";
import type { LambdaFunction } from "../constructs/compute/lambda-function";
import type { AuroraCluster } from "../constructs/data/aurora-cluster";
import { AlarmTopic } from "../constructs/observability/alarm-topic";
import { Alarms } from "../constructs/observability/alarms";
import { Dashboard } from "../constructs/observability/dashboard";
import type { LogGroup } from "../constructs/observability/log-group";
import { LogMetrics } from "../constructs/observability/log-metrics";
import type { EncryptionKey } from "../constructs/security/encryption-key";
import { alarmRows } from "./environment-alarms";

/** Inputs of {@link addObservability}. */
export interface EnvironmentObservabilityProps {
  readonly config: EnvironmentConfig;
  readonly names: EnvironmentNames;
  /** Encrypts the topic. */
  readonly key: EncryptionKey;
  /** Function behind the API. */
  readonly lambda: LambdaFunction;
  /** Log group of that function. */
  readonly logGroup: LogGroup;
  /** Stage that clients call. */
  readonly stage: ApiStage;
  readonly cluster: AuroraCluster;
}

/**
 * Adds what watches an environment: the topic, the metrics counted from the log, the alarms and the dashboard.
 *
 * @param scope - the environment's stack
 */
export function addObservability(scope: Construct, props: EnvironmentObservabilityProps): void {
  const { config, names, key, lambda, logGroup, stage, cluster } = props;
  const { account } = config;
  const topic = new AlarmTopic(scope, "AlarmTopic", {
    name: names.alarmTopic,
    account,
    key,
    email: config.alarmEmail,
    alarmNames: `${names.stack}-*`,
  });
  const logMetrics = new LogMetrics(scope, "LogMetrics", { logGroup, namespace: names.metricNamespace });
  const rows = alarmRows({
    function: lambda,
    stage,
    cluster,
    logMetrics,
    config: config.alarms,
    functionLogGroup: names.functionLogGroup,
  });
  new Alarms(scope, "Alarms", { namePrefix: names.stack, rows, topic });
  new Dashboard(scope, "Dashboard", {
    name: names.dashboard,
    account,
    alarms: rows,
    graphs: [
      { title: "API requests", metrics: [stage.metricRequests(), stage.metricClientErrors()] },
      { title: "API latency, p95 (ms)", metrics: [stage.metricLatency()] },
      { title: "Lambda invocations", metrics: [lambda.metricInvocations()] },
      { title: "Lambda duration, p95 (ms)", metrics: [lambda.metricDuration()] },
      { title: "Log lines", metrics: [logMetrics.metric("ErrorLines"), logMetrics.metric("WarningLines")] },
    ],
  });
}
