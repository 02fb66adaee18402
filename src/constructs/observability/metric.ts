/** A CloudWatch metric with the statistic that it is read by. */
export interface Metric {
  /** CloudWatch namespace, such as `AWS/Lambda`. */
  readonly namespace: string;
  /** Name within the namespace. */
  readonly name: string;
  /** What tells this metric from its namesakes; none for a metric that is counted from logs. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** CloudWatch statistic, such as `Sum`, `Average` or `p95`. */
  readonly statistic: string;
}
