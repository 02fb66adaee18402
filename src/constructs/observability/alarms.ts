import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { AlarmTopic } from "./alarm-topic";
import type { Metric } from "./metric";

/** Length of an alarm's period in seconds, unless its row says otherwise. */
export const ALARM_PERIOD_SECONDS = 300;

const EVALUATION_PERIODS = 1;

/** One alarm. The dashboard draws the same row: its metric as a line, its threshold as another. */
export interface AlarmRow {
  /** Construct id, and part of the alarm's address. */
  readonly id: string;
  /** Last part of the alarm's name. */
  readonly nameSuffix: string;
  /** Title of the widget on the dashboard. */
  readonly title: string;
  /** What happened and what the reader does, up to 1,024 characters. It is the body of the email. */
  readonly description: string;
  /** Metric that is watched, by its own statistic. */
  readonly metric: Metric;
  /** The alarm fires at this value and above. */
  readonly threshold: number;
  /**
   * Length of a period in seconds; a multiple of 60.
   *
   * @default 300
   */
  readonly periodSeconds?: number;
  /**
   * Number of latest periods that are evaluated.
   *
   * @default 1
   */
  readonly evaluationPeriods?: number;
  /**
   * Number of those periods that must be at the threshold or above.
   *
   * @default - all of them
   */
  readonly datapointsToAlarm?: number;
  /**
   * How a period without data counts.
   *
   * @default "notBreaching": without data the alarm does not fire
   */
  readonly missingData?: "breaching" | "notBreaching" | "ignore" | "missing";
}

/** Inputs of {@link Alarms}. */
export interface AlarmsProps {
  /** First part of every alarm's name, without the hyphen. */
  readonly namePrefix: string;
  /** One alarm each. */
  readonly rows: readonly AlarmRow[];
  /** Gets a message when an alarm fires and when it ends. Its `alarmNames` must match every alarm's name. */
  readonly topic: AlarmTopic;
}

/** CloudWatch alarms, one for each row. */
export class Alarms extends Construct {
  public constructor(scope: Construct, id: string, { namePrefix, rows, topic }: AlarmsProps) {
    super(scope, id);
    for (const row of rows) {
      const evaluationPeriods = row.evaluationPeriods ?? EVALUATION_PERIODS;
      new CloudwatchMetricAlarm(this, row.id, {
        alarmName: `${namePrefix}-${row.nameSuffix}`,
        alarmDescription: row.description,
        namespace: row.metric.namespace,
        metricName: row.metric.name,
        dimensions: { ...row.metric.dimensions },
        statistic: row.metric.statistic,
        period: row.periodSeconds ?? ALARM_PERIOD_SECONDS,
        evaluationPeriods,
        datapointsToAlarm: row.datapointsToAlarm ?? evaluationPeriods,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: row.threshold,
        treatMissingData: row.missingData ?? "notBreaching",
        alarmActions: [topic.arn],
        okActions: [topic.arn],
      });
    }
  }
}
