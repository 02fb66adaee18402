import type { AuroraCluster } from "../data/aurora-cluster";
import type { ApiStage } from "../api/api-stage";
import type { LambdaFunction } from "../compute/lambda-function";
import type { AlarmRow } from "./alarms";
import type { LogMetrics } from "./log-metrics";

const FIVE_MINUTES = 300;

/** What the alarms of an environment watch. */
export interface Watched {
  readonly function: LambdaFunction;
  readonly stage: ApiStage;
  readonly cluster: AuroraCluster;
  readonly logMetrics: LogMetrics;
  /** Aurora capacity units at which the capacity alarm fires. */
  readonly capacityThreshold: number;
  /** Where the descriptions send the reader. */
  readonly functionLogGroup: string;
}

/** The alarms of the handover ("Metric filters & alarms", "Data Layer"), with the runbook's steps. */
export function alarmRows(watched: Watched): AlarmRow[] {
  const logs = `log group ${watched.functionLogGroup}`;
  const atOnce = { periodSeconds: FIVE_MINUTES, evaluationPeriods: 1, datapointsToAlarm: 1 } as const;
  return [
    {
      ...atOnce,
      id: "LambdaErrors",
      nameSuffix: "Lambda-Errors",
      title: "Lambda errors",
      description: `The function failed at least once in five minutes. Search ${logs} for ERROR and the requestId, then look at the X-Ray trace. After a release: point the alias live back to the version before.`,
      metric: watched.function.metricErrors(),
      threshold: 1,
      missingData: "notBreaching",
    },
    {
      ...atOnce,
      id: "ApiServerErrors",
      nameSuffix: "API-5xx",
      title: "API 5xx answers",
      description: `The API answered at least one request with a 5xx in five minutes. Compare with the alarm Lambda-Errors: both mean the function (search ${logs}); this one alone means time-out, throttled function or permission (API execution log, X-Ray trace).`,
      metric: watched.stage.metricServerErrors(),
      threshold: 1,
      missingData: "notBreaching",
    },
    {
      id: "AuroraCapacityHigh",
      // The handover spells this one.
      nameSuffix: "Aurora-ACU-High",
      title: "Aurora capacity (ACU)",
      description: `The database has used ${String(watched.capacityThreshold)} ACU or more for ten minutes and is close to its cap. Look for slow or many queries (Enhanced Monitoring, pg_stat_activity). If the load is real, raise database.maxCapacity; if it is a runaway, end the query.`,
      metric: watched.cluster.metricCapacity(),
      threshold: watched.capacityThreshold,
      periodSeconds: FIVE_MINUTES,
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      missingData: "notBreaching",
    },
    {
      ...atOnce,
      id: "SecretsManagerFailures",
      nameSuffix: "SecretsManager-Failures",
      title: "Secrets Manager failures",
      description: `The function was denied a secret or its decryption. Check that the execution role's policy names the ARNs of both secrets and allows kms:Decrypt on the key, and that the secret's resource policy and the key policy still name the role. Search ${logs} for "not authorized".`,
      metric: watched.logMetrics.metric("SecretsManagerFailures"),
      threshold: 1,
      missingData: "notBreaching",
    },
  ];
}
