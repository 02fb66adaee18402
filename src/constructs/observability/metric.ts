/** A CloudWatch metric and the statistic to read. */
export interface Metric {
  /** CloudWatch namespace, such as `AWS/Lambda`. */
  readonly namespace: string;
  /** Name within the namespace. */
  readonly name: string;
  /** Distinguish this metric from others of the same name; empty for a metric that is counted from logs. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** CloudWatch statistic, such as `Sum`, `Average` or `p95`. */
  readonly statistic: string;
}
