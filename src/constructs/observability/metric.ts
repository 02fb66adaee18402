/** A CloudWatch metric with the statistic that it is read by. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** CloudWatch statistic, such as `Sum`, `Average` or `p95`. */
  readonly statistic: string;
}
