import type { Construct } from "constructs";
import type { AlarmConfig } from "../../src/config/schema";
import { ACCOUNT, dev } from "../fixtures/environments";
import { ApiStage } from "../../src/constructs/api/api-stage";
import { RestApi } from "../../src/constructs/api/rest-api";
import { LambdaFunction } from "../../src/constructs/compute/lambda-function";
import { AuroraCluster } from "../../src/constructs/data/aurora-cluster";
import { SecurityGroup } from "../../src/constructs/network/security-group";
import { AlarmTopic } from "../../src/constructs/observability/alarm-topic";
import { Alarms, type AlarmRow } from "../../src/constructs/observability/alarms";
import { Dashboard } from "../../src/constructs/observability/dashboard";
import { LogGroup } from "../../src/constructs/observability/log-group";
import { LogMetrics } from "../../src/constructs/observability/log-metrics";
import { alarmRows } from "../../src/stacks/environment-alarms";
import { GeneratedCredentials } from "../../src/constructs/security/generated-credentials";
import { Secret } from "../../src/constructs/security/secret";
import { environmentNames } from "../../src/config/names";
import { keyIn } from "../helpers/key";
import { executionRole } from "../helpers/role";
import { environmentTemplate } from "../helpers/stack-templates";
import { constructTemplate, type Attributes, type Template } from "../helpers/template";

const names = environmentNames("dev");

function rowsOf(scope: Construct, config: AlarmConfig): AlarmRow[] {
  const key = keyIn(scope);
  const securityGroup = new SecurityGroup(scope, "Group", { vpcId: "vpc-1", name: "app", description: "The function" });
  const functionLog = new LogGroup(scope, "Log", { name: names.functionLogGroup, account: ACCOUNT, key });
  const lambda = new LambdaFunction(scope, "App", {
    name: names.function,
    account: ACCOUNT,
    role: executionRole(),
    artifact: dev.function.artifact,
    subnetIds: ["subnet-1"],
    securityGroup,
    logGroup: functionLog,
  });
  const api = new RestApi(scope, "Api", {
    name: names.api,
    handler: lambda,
    allowedOrigin: dev.apiAllowedOrigin,
  });
  const stage = new ApiStage(scope, "Stage", {
    api,
    account: ACCOUNT,
    stageName: names.apiStage,
    key,
  });
  const secret = new Secret(scope, "Secret", { name: names.databaseSecret, account: ACCOUNT, key });
  const cluster = new AuroraCluster(scope, "Database", {
    name: names.cluster,
    account: ACCOUNT,
    engineVersion: dev.database.engineVersion,
    databaseName: dev.database.databaseName,
    subnetIds: ["subnet-1", "subnet-2"],
    securityGroup,
    key,
    credentials: new GeneratedCredentials(scope, "Credentials", { secret, username: "clusteradmin" }),
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
    const topic = new AlarmTopic(scope, "Topic", {
      name: names.alarmTopic,
      account: ACCOUNT,
      key: keyIn(scope, "TopicKey"),
      email: dev.alarmEmail,
    });
    new Alarms(scope, "Alarms", { namePrefix: names.stack, rows, topic });
    new Dashboard(scope, "Dashboard", { name: names.dashboard, account: ACCOUNT, alarms: rows });
  });
  return { rows, template };
}

/** The alarm of a row. */
function alarmOf(template: Template, id: string): Attributes {
  return template.at(`aws_cloudwatch_metric_alarm.Alarms_${id}`);
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
    expect(alarmOf(template, id)).toMatchObject({
      threshold: 1,
      period: 300,
      evaluation_periods: 1,
      datapoints_to_alarm: 1,
    });
  });

  test("fires when capacity stays at its threshold for ten minutes, and says which threshold", () => {
    const high = alarmOf(build({ ...dev.alarms, auroraCapacity: 6.5 }).template, "AuroraCapacityHigh");
    expect(high).toMatchObject({ threshold: 6.5, period: 300, evaluation_periods: 2, datapoints_to_alarm: 2 });
    expect(high.alarm_description).toContain("6.5 ACU or more for 10 minutes");
  });

  test("fires at other thresholds and periods where the configuration says so, and says which", () => {
    const { rows: other, template: otherTemplate } = build({
      periodSeconds: 60,
      lambdaErrors: 2,
      apiServerErrors: 3,
      secretsManagerFailures: 4,
      auroraCapacity: 1,
      auroraCapacityPeriods: 5,
    });
    expect(
      other
        .map(({ id }) => alarmOf(otherTemplate, id))
        .map(({ threshold, period, datapoints_to_alarm: datapoints }) => [threshold, period, datapoints]),
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

    test("does not fire without data: no request, or a paused database, is not a failure", () => {
      expect(alarmOf(template, each.id).treat_missing_data).toBe("notBreaching");
    });

    test("is on the dashboard with its threshold", () => {
      const body = template.at("aws_cloudwatch_dashboard.Dashboard").dashboard_body as string;
      const { widgets } = JSON.parse(body) as { readonly widgets: readonly { readonly properties: unknown }[] };
      expect(widgets.map(({ properties }) => properties)).toContainEqual({
        title: each.title,
        region: "ap-south-1",
        period: 300,
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

  test("are the alarms of an environment, each on its dashboard", () => {
    const environment = environmentTemplate(dev);
    const alarms = Object.values(environment.ofType("aws_cloudwatch_metric_alarm"));
    expect(alarms.map(({ alarm_description }) => alarm_description).sort()).toEqual(
      rows.map(({ description }) => description).sort(),
    );
    const body = environment.at("aws_cloudwatch_dashboard.Dashboard").dashboard_body as string;
    expect(rows.filter(({ nameSuffix }) => !body.includes(`"alarm ${nameSuffix}"`))).toEqual([]);
  });
});
