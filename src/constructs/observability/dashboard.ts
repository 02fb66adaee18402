import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import type { AlarmRow } from "./alarms";
import type { Metric } from "./metric";

/** CloudWatch's grid is 24 columns wide; two widgets stand side by side. */
const WIDGET = { width: 12, height: 6, perRow: 2 } as const;
const PERIOD_SECONDS = 300;

/** A widget that belongs to no alarm. */
export interface DashboardGraph {
  /** Title of the widget. */
  readonly title: string;
  /** One line each. */
  readonly metrics: readonly Metric[];
}

/** Inputs of {@link Dashboard}. */
export interface DashboardProps {
  /** Name of the dashboard, up to 255 characters. */
  readonly name: string;
  /** Region of the metrics. */
  readonly region: string;
  /** Each is drawn with its threshold, before the graphs. */
  readonly alarms: readonly AlarmRow[];
  /** Drawn after the alarms. */
  readonly graphs: readonly DashboardGraph[];
}

/** A dashboard: what the alarms watch first, then what explains it. */
export class Dashboard extends Construct {
  public constructor(scope: Construct, id: string, { name, region, alarms, graphs }: DashboardProps) {
    super(scope, id);
    const widgets = [
      ...alarms.map((row) => ({
        ...graph({ title: row.title, metrics: [row.metric] }, region, row.periodSeconds),
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
