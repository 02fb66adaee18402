import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import type { AwsAccount } from "../../shared/aws-account";
import { ALARM_PERIOD_SECONDS, type AlarmRow } from "./alarms";
import type { Metric } from "./metric";

/** CloudWatch's grid is 24 columns wide: two widgets per row. */
const WIDGET = { width: 12, height: 6, perRow: 2 } as const;
const PERIOD_SECONDS = 300;

/** A widget that does not belong to an alarm. */
export interface DashboardGraph {
  /** Title of the widget. */
  readonly title: string;
  /** Metrics that are drawn together, one line each. */
  readonly metrics: readonly Metric[];
}

/** Inputs of {@link Dashboard}. */
export interface DashboardProps {
  /** Name of the dashboard, up to 255 characters. */
  readonly name: string;
  /** Account and region of the metrics. */
  readonly account: AwsAccount;
  /** Drawn first, each with its threshold. */
  readonly alarms: readonly AlarmRow[];
  /**
   * Drawn after the alarms.
   *
   * @default - none
   */
  readonly graphs?: readonly DashboardGraph[];
}

/** A dashboard: the metrics of the alarms first, then those that explain them. */
export class Dashboard extends Construct {
  public constructor(scope: Construct, id: string, { name, account, alarms, graphs = [] }: DashboardProps) {
    super(scope, id);
    const { region } = account;
    const widgets = [
      ...alarms.map((row) => ({
        ...graph({ title: row.title, metrics: [row.metric] }, region, row.periodSeconds ?? ALARM_PERIOD_SECONDS),
        annotations: { horizontal: [{ label: `alarm ${row.nameSuffix}`, value: row.threshold }] },
      })),
      ...graphs.map((row) => graph(row, region, PERIOD_SECONDS)),
    ];
    new CloudwatchDashboard(this, "Resource", {
      dashboardName: name,
      dashboardBody: JSON.stringify({
        widgets: widgets.map((properties, index) => ({
          type: "metric",
          x: (index % WIDGET.perRow) * WIDGET.width,
          y: Math.floor(index / WIDGET.perRow) * WIDGET.height,
          width: WIDGET.width,
          height: WIDGET.height,
          properties,
        })),
      }),
    });
  }
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
function graph({ title, metrics }: DashboardGraph, region: string, period: number): Record<string, unknown> {
  return {
    title,
    region,
    period,
    view: "timeSeries",
    metrics: metrics.map(({ namespace, name, dimensions, statistic }) => [
      namespace,
      name,
      ...Object.entries(dimensions).flat(),
      { stat: statistic },
    ]),
  };
}
