import { ACCOUNT } from "../../fixtures/environments";
import type { AlarmRow } from "../../../src/constructs/observability/alarms";
import { Dashboard, type DashboardGraph } from "../../../src/constructs/observability/dashboard";
import { constructTemplate } from "../../helpers/template";

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

const alarm: AlarmRow = {
  id: "QueueAge",
  nameSuffix: "Queue-Age",
  title: "Age of the oldest order",
  description: "Orders wait. Look at the worker's log.",
  metric: {
    namespace: "AWS/SQS",
    name: "Age",
    dimensions: { QueueName: "orders", Region: "south" },
    statistic: "Maximum",
  },
  threshold: 90,
  periodSeconds: 60,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  missingData: "breaching",
};
const graph: DashboardGraph = {
  title: "Orders",
  metrics: [
    { namespace: "shop", name: "Placed", dimensions: {}, statistic: "Sum" },
    { namespace: "shop", name: "Latency", dimensions: { Shop: "one" }, statistic: "p95" },
  ],
};

function widgets(alarms: readonly AlarmRow[], graphs?: readonly DashboardGraph[]): readonly Widget[] {
  const template = constructTemplate((scope) => {
    new Dashboard(scope, "Dashboard", { name: "shop", account: ACCOUNT, alarms, graphs });
  });
  expect(template.addresses).toEqual(["aws_cloudwatch_dashboard.Dashboard"]);
  const { dashboard_body: body, ...rest } = template.at("aws_cloudwatch_dashboard.Dashboard");
  expect(rest).toEqual({ dashboard_name: "shop" });
  return (JSON.parse(body as string) as { readonly widgets: readonly Widget[] }).widgets;
}

describe("Dashboard", () => {
  test("draws an alarm's metric by the alarm's own period and statistic, and its threshold as a line", () => {
    const [drawn] = widgets([alarm]);
    expect(drawn?.properties).toEqual({
      title: "Age of the oldest order",
      region: "ap-south-1",
      period: 60,
      view: "timeSeries",
      metrics: [["AWS/SQS", "Age", "QueueName", "orders", "Region", "south", { stat: "Maximum" }]],
      annotations: { horizontal: [{ label: "alarm Queue-Age", value: 90 }] },
    });
  });

  test("draws an alarm without a period by the period that the alarm gets", () => {
    const [drawn] = widgets([{ ...alarm, periodSeconds: undefined }]);
    expect(drawn?.properties.period).toBe(300);
  });

  test("draws the metrics of a graph together, without a line", () => {
    const [drawn] = widgets([], [graph]);
    expect(drawn?.properties).toEqual({
      title: "Orders",
      region: "ap-south-1",
      period: 300,
      view: "timeSeries",
      metrics: [
        ["shop", "Placed", { stat: "Sum" }],
        ["shop", "Latency", "Shop", "one", { stat: "p95" }],
      ],
    });
  });

  test("places two widgets per row of 24 columns, alarms first, without overlap", () => {
    const drawn = widgets([alarm, alarm, alarm], [graph, graph]);
    const size = { type: "metric", width: 12, height: 6 };
    expect(drawn).toEqual([
      { ...size, x: 0, y: 0, properties: expect.objectContaining({ title: alarm.title }) as object },
      { ...size, x: 12, y: 0, properties: expect.objectContaining({ title: alarm.title }) as object },
      { ...size, x: 0, y: 6, properties: expect.objectContaining({ title: alarm.title }) as object },
      { ...size, x: 12, y: 6, properties: expect.objectContaining({ title: "Orders" }) as object },
      { ...size, x: 0, y: 12, properties: expect.objectContaining({ title: "Orders" }) as object },
    ]);
  });
});
