import type { Construct } from "constructs";
import type { AlarmConfig } from "../../../src/config/schema";
import { ACCOUNT, dev } from "../../fixtures/environments";
import { ApiStage } from "../../../src/constructs/api/api-stage";
import { RestApi } from "../../../src/constructs/api/rest-api";
import { LambdaFunction } from "../../../src/constructs/compute/lambda-function";
import { AuroraCluster } from "../../../src/constructs/data/aurora-cluster";
import { SecurityGroup } from "../../../src/constructs/network/security-group";
import { alarmRows } from "../../../src/constructs/observability/alarm-rows";
import type { AlarmRow } from "../../../src/constructs/observability/alarms";
import { Dashboard } from "../../../src/constructs/observability/dashboard";
import { LogGroup } from "../../../src/constructs/observability/log-group";
import { LogMetrics } from "../../../src/constructs/observability/log-metrics";
import { GeneratedCredentials } from "../../../src/constructs/security/generated-credentials";
import { Secret } from "../../../src/constructs/security/secret";
import { environmentNames } from "../../../src/config/names";
import { keyIn } from "../../helpers/key";
import { executionRole } from "../../helpers/role";
import { environmentTemplate } from "../../helpers/stack-templates";
import { constructTemplate, type Template } from "../../helpers/template";

const names = environmentNames("dev");

function rowsOf(scope: Construct, config: AlarmConfig): AlarmRow[] {
  const key = keyIn(scope);
  const logGroup = (id: string, name: string): LogGroup => new LogGroup(scope, id, { name, retentionDays: 14, key });
  const securityGroup = new SecurityGroup(scope, "Group", { vpcId: "vpc-1", name: "app", description: "Asks" });
  const functionLog = logGroup("Log", names.functionLogGroup);
  const lambda = new LambdaFunction(scope, "App", {
    name: names.function,
    account: ACCOUNT,
    description: "Answers",
    role: executionRole(),
    config: dev.function,
    environment: {},
    subnetIds: ["subnet-1"],
    securityGroup,
    logGroup: functionLog,
  });
  const api = new RestApi(scope, "Api", {
    name: names.api,
    description: "Shop",
    handler: lambda,
    allowedOrigin: dev.apiAllowedOrigin,
  });
  const stage = new ApiStage(scope, "Stage", {
    api,
    stageName: names.apiStage,
    usagePlanName: names.usagePlan,
    config: dev.api,
    accessLogGroup: logGroup("AccessLog", names.apiAccessLogGroup),
    executionLogRetentionDays: 14,
    key,
  });
  const secret = new Secret(scope, "Secret", {
    name: names.databaseSecret,
    description: "Credentials",
    key,
    otherReaderArns: [],
    recoverable: false,
  });
  const cluster = new AuroraCluster(scope, "Database", {
    names,
    account: ACCOUNT,
    instanceArns: "arn:aws:rds:ap-south-1:498192039865:db:*",
    config: dev.database,
    subnetIds: ["subnet-1", "subnet-2"],
    securityGroup,
    key,
    credentials: new GeneratedCredentials(scope, "Credentials", { secret, username: "clusteradmin", version: 1 }),
    protectData: false,
  });
  return alarmRows({
    function: lambda,
    stage,
    cluster,
    logMetrics: new LogMetrics(scope, "LogMetrics", { logGroup: functionLog, namespace: names.metricNamespace }),
    config,
    functionLogGroup: names.functionLogGroup,
  });
}

function build(config = dev.alarms): { readonly rows: readonly AlarmRow[]; readonly template: Template } {
  const rows: AlarmRow[] = [];
  const template = constructTemplate((scope) => {
    rows.push(...rowsOf(scope, config));
    new Dashboard(scope, "Dashboard", { name: names.dashboard, region: ACCOUNT.region, alarms: rows, graphs: [] });
  });
  return { rows, template };
}

describe("alarmRows", () => {
  const { rows, template } = build();
  const row = (id: string): AlarmRow | undefined => rows.find((candidate) => candidate.id === id);

  test("has the handover's alarms, the capacity alarm under the handover's name", () => {
    expect(rows.map(({ id, nameSuffix, title }) => [id, nameSuffix, title])).toEqual([
      ["LambdaErrors", "Lambda-Errors", "Lambda errors"],
      ["ApiServerErrors", "API-5xx", "API 5xx answers"],
      ["AuroraCapacityHigh", "Aurora-ACU-High", "Aurora capacity (ACU)"],
      ["SecretsManagerFailures", "SecretsManager-Failures", "Secrets Manager failures"],
    ]);
  });

  test.each([
    ["LambdaErrors", "AWS/Lambda", "Errors", { FunctionName: "aleenascuisine-dev-app" }, "Sum"],
    ["ApiServerErrors", "AWS/ApiGateway", "5XXError", { ApiName: "aleenascuisine-dev-api", Stage: "dev" }, "Sum"],
    [
      "AuroraCapacityHigh",
      "AWS/RDS",
      "ServerlessDatabaseCapacity",
      { DBClusterIdentifier: "aleenascuisine-dev-aurora" },
      "Average",
    ],
    ["SecretsManagerFailures", "aleenascuisine-dev", "SecretsManagerFailures", {}, "Sum"],
  ])("watches what %s is measured by", (id, namespace, name, dimensions, statistic) => {
    expect(row(id)?.metric).toEqual({ namespace, name, dimensions, statistic });
  });

  test("watches a metric that a filter of the function's log writes", () => {
    expect(template.at("aws_cloudwatch_log_metric_filter.LogMetrics_SecretsManagerFailures")).toMatchObject({
      metric_transformation: {
        namespace: row("SecretsManagerFailures")?.metric.namespace,
        name: row("SecretsManagerFailures")?.metric.name,
      },
    });
  });

  test.each(["LambdaErrors", "ApiServerErrors", "SecretsManagerFailures"])("fires at the first of %s", (id) => {
    expect(row(id)).toMatchObject({ threshold: 1, periodSeconds: 300, evaluationPeriods: 1, datapointsToAlarm: 1 });
  });

  test("fires when capacity stays at its threshold for ten minutes, and says which threshold", () => {
    const high = build({ ...dev.alarms, auroraCapacity: 6.5 }).rows.find(({ id }) => id === "AuroraCapacityHigh");
    expect(high).toMatchObject({ threshold: 6.5, periodSeconds: 300, evaluationPeriods: 2, datapointsToAlarm: 2 });
    expect(high?.description).toContain("6.5 ACU or more for 10 minutes");
  });

  test("fires at other thresholds and periods where the configuration says so, and says which", () => {
    const other = build({
      periodSeconds: 60,
      lambdaErrors: 2,
      apiServerErrors: 3,
      secretsManagerFailures: 4,
      auroraCapacity: 1,
      auroraCapacityPeriods: 5,
    }).rows;
    expect(
      other.map(({ threshold, periodSeconds, datapointsToAlarm }) => [threshold, periodSeconds, datapointsToAlarm]),
    ).toEqual([
      [2, 60, 1],
      [3, 60, 1],
      [1, 60, 5],
      [4, 60, 1],
    ]);
    expect(other[0]?.description).toContain("at least 2 times within 1 minutes");
    expect(other[2]?.description).toContain("1 ACU or more for 5 minutes");
  });

  describe.each(rows.map((each) => [each.id, each] as const))("%s", (_id, each) => {
    test("says what happened and what the reader does, within the length of an alarm's description", () => {
      expect(each.description).toMatch(/^The (function|API|database) .+?\. .*\b(Search|Compare|Look|Check)\b.+\.$/);
      expect(each.description.length).toBeLessThanOrEqual(1024);
    });

    test("is quiet without data: no request, or a paused database, is no failure", () => {
      expect(each.missingData).toBe("notBreaching");
    });

    test("is drawn on the dashboard with its threshold", () => {
      const body = template.at("aws_cloudwatch_dashboard.Dashboard").dashboard_body as string;
      const { widgets } = JSON.parse(body) as { readonly widgets: readonly { readonly properties: unknown }[] };
      expect(widgets.map(({ properties }) => properties)).toContainEqual({
        title: each.title,
        region: "ap-south-1",
        period: each.periodSeconds,
        view: "timeSeries",
        metrics: [
          [
            each.metric.namespace,
            each.metric.name,
            ...Object.entries(each.metric.dimensions).flat(),
            { stat: each.metric.statistic },
          ],
        ],
        annotations: { horizontal: [{ label: `alarm ${each.nameSuffix}`, value: each.threshold }] },
      });
    });
  });

  test.each(["LambdaErrors", "ApiServerErrors", "SecretsManagerFailures"])(
    "sends the reader of %s to the log",
    (id) => {
      expect(row(id)?.description).toContain("log group /aws/lambda/aleenascuisine-dev-app");
    },
  );

  test("are the alarms of an environment, each drawn there too", () => {
    const environment = environmentTemplate(dev);
    const alarms = Object.values(environment.ofType("aws_cloudwatch_metric_alarm"));
    expect(alarms.map(({ alarm_description }) => alarm_description).sort()).toEqual(
      rows.map(({ description }) => description).sort(),
    );
    const body = environment.at("aws_cloudwatch_dashboard.Dashboard").dashboard_body as string;
    expect(rows.filter(({ nameSuffix }) => !body.includes(`"alarm ${nameSuffix}"`))).toEqual([]);
  });
});
