import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { AlarmTopic } from "./alarm-topic";
import type { Metric } from "./metric";

/** One alarm. The dashboard draws the same row: its metric as a line, its threshold as another. */
export interface AlarmRow {
  /** Construct id, and part of the alarm's address. */
  readonly id: string;
  /** Last part of the alarm's name. */
  readonly nameSuffix: string;
  /** Title of the widget on the dashboard. */
  readonly title: string;
  /** What the reader does, at night, with nothing else at hand. It is the body of the mail. */
  readonly description: string;
  /** What is watched, by the statistic that it names. */
  readonly metric: Metric;
  /** The alarm fires at this value and above. */
  readonly threshold: number;
  /** Length of a period in seconds; a multiple of 60. */
  readonly periodSeconds: number;
  /** Periods that are looked at … */
  readonly evaluationPeriods: number;
  /** … and how many of them must be at the threshold or above. */
  readonly datapointsToAlarm: number;
  /** What a period without data means. */
  readonly missingData: "breaching" | "notBreaching" | "ignore" | "missing";
}

/** Inputs of {@link Alarms}. */
export interface AlarmsProps {
  /** First part of every alarm's name, without the hyphen. */
  readonly namePrefix: string;
  /** One alarm each. */
  readonly rows: readonly AlarmRow[];
  /** Is told when an alarm fires and when it is over. */
  readonly topic: AlarmTopic;
}

/** CloudWatch alarms, one for each row. */
export class Alarms extends Construct {
  public constructor(scope: Construct, id: string, { namePrefix, rows, topic }: AlarmsProps) {
    super(scope, id);
    for (const row of rows) {
      new CloudwatchMetricAlarm(this, row.id, {
        alarmName: `${namePrefix}-${row.nameSuffix}`,
        alarmDescription: row.description,
        namespace: row.metric.namespace,
        metricName: row.metric.name,
        dimensions: { ...row.metric.dimensions },
        statistic: row.metric.statistic,
        period: row.periodSeconds,
        evaluationPeriods: row.evaluationPeriods,
        datapointsToAlarm: row.datapointsToAlarm,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: row.threshold,
        treatMissingData: row.missingData,
        alarmActions: [topic.arn],
        okActions: [topic.arn],
      });
    }
  }
}
