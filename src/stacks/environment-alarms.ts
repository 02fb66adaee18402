import type { AlarmConfig } from "../config/schema";
import { FUNCTION_ALIAS } from "../config/names";
import type { ApiStage } from "../constructs/api/api-stage";
import type { LambdaFunction } from "../constructs/compute/lambda-function";
import type { AuroraCluster } from "../constructs/data/aurora-cluster";
import type { AlarmRow } from "../constructs/observability/alarms";
import type { LogMetrics } from "../constructs/observability/log-metrics";

/** Resources that the alarms of an environment watch, and when they fire. */
export interface Watched {
  /** Function behind the API. */
  readonly function: LambdaFunction;
  /** Stage that clients call. */
  readonly stage: ApiStage;
  /** The database. */
  readonly cluster: AuroraCluster;
  /** Metrics counted from the function's log. */
  readonly logMetrics: LogMetrics;
  /** When the alarms fire. */
  readonly config: AlarmConfig;
  /** Log group that the descriptions send the reader to. */
  readonly functionLogGroup: string;
}

/** The alarms of the handover ("Metric filters & alarms", "Data Layer"), with the runbook's steps. */
export function alarmRows(watched: Watched): AlarmRow[] {
  const logs = `log group ${watched.functionLogGroup}`;
  const { config } = watched;
  const minutes = (periods: number): string => `${String((config.periodSeconds * periods) / 60)} minutes`;
  const { periodSeconds } = config;
  return [
    {
      id: "LambdaErrors",
      nameSuffix: "Lambda-Errors",
      title: "Lambda errors",
      description: `The function failed ${times(config.lambdaErrors)} within ${minutes(1)}. Search ${logs} for ERROR and the requestId, then look at the X-Ray trace. After a release: point the alias ${FUNCTION_ALIAS} back to the version before.`,
      metric: watched.function.metricErrors(),
      threshold: config.lambdaErrors,
      periodSeconds,
    },
    {
      id: "ApiServerErrors",
      nameSuffix: "API-5xx",
      title: "API 5xx answers",
      description: `The API answered with a 5xx ${times(config.apiServerErrors)} within ${minutes(1)}. Compare with the alarm Lambda-Errors: both mean the function (search ${logs}); this one alone means time-out, throttled function or permission (API execution log, X-Ray trace).`,
      metric: watched.stage.metricServerErrors(),
      threshold: config.apiServerErrors,
      periodSeconds,
    },
    {
      id: "AuroraCapacityHigh",
      // The handover spells this one.
      nameSuffix: "Aurora-ACU-High",
      title: "Aurora capacity (ACU)",
      description: `The database has used ${String(config.auroraCapacity)} ACU or more for ${minutes(config.auroraCapacityPeriods)} and is close to its cap. Look for slow or many queries (Enhanced Monitoring, pg_stat_activity). If the load is real, raise database.maxCapacity; if it is a runaway, end the query.`,
      metric: watched.cluster.metricCapacity(),
      threshold: config.auroraCapacity,
      periodSeconds,
      evaluationPeriods: config.auroraCapacityPeriods,
    },
    {
      id: "SecretsManagerFailures",
      nameSuffix: "SecretsManager-Failures",
      title: "Secrets Manager failures",
      description: `The function could not read or decrypt a secret. Search ${logs} for "SECRET_READ_FAILED" or "not authorized": the line says why. Where it was denied, check that the execution role's policy names the ARNs of both secrets and allows kms:Decrypt on the key, and that the secret's resource policy and the key policy still name the role.`,
      metric: watched.logMetrics.metric("SecretsManagerFailures"),
      threshold: config.secretsManagerFailures,
      periodSeconds,
    },
  ];
}

function times(count: number): string {
  return count === 1 ? "at least once" : `at least ${String(count)} times`;
}
