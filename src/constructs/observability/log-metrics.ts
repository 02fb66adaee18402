import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import { Construct } from "constructs";
import { DENIED_SECRET_MESSAGES, EVENTS, LEVELS } from "../../shared/log-words";
import type { LogGroup } from "./log-group";
import type { Metric } from "./metric";

/**
 * A filter pattern that matches a line with any of the terms.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
function anyOf(terms: readonly string[]): string {
  return terms.map((term) => `?"${term}"`).join(" ");
}

/** Construct id and metric name, and the filter pattern of the lines that count. */
const COUNTED = {
  ErrorLines: anyOf([LEVELS.error]),
  WarningLines: anyOf([LEVELS.warning]),
  SecretsManagerFailures: anyOf([...DENIED_SECRET_MESSAGES, EVENTS.secretReadFailed]),
} as const;

/** Name of a metric that is counted from a log. */
export type LogMetric = keyof typeof COUNTED;

/** Inputs of {@link LogMetrics}. */
export interface LogMetricsProps {
  /** Group whose lines are counted. */
  readonly logGroup: LogGroup;
  /** CloudWatch namespace of the metrics. Two groups with one namespace count together. */
  readonly namespace: string;
}

/** Metrics that count the errors, the warnings and the denied secrets in a function's log. */
export class LogMetrics extends Construct {
  readonly #namespace: string;

  public constructor(scope: Construct, id: string, { logGroup, namespace }: LogMetricsProps) {
    super(scope, id);
    this.#namespace = namespace;
    for (const [name, pattern] of Object.entries(COUNTED)) {
      new CloudwatchLogMetricFilter(this, name, {
        name,
        logGroupName: logGroup.logGroupName,
        pattern,
        // Without a default the metric has gaps, and a graph of it joins the points across them.
        metricTransformation: { name, namespace, value: "1", defaultValue: "0" },
      });
    }
  }

  /** Number of matching lines. */
  public metric(name: LogMetric): Metric {
    return { namespace: this.#namespace, name, dimensions: {}, statistic: "Sum" };
  }
}
