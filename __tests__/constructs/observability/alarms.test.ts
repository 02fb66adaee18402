import { ACCOUNT } from "../../fixtures/environments";
import { AlarmTopic } from "../../../src/constructs/observability/alarm-topic";
import { Alarms, type AlarmRow } from "../../../src/constructs/observability/alarms";
import { keyIn } from "../../helpers/key";
import { constructTemplate } from "../../helpers/template";

const queue: AlarmRow = {
  id: "QueueAge",
  nameSuffix: "Queue-Age",
  title: "Age of the oldest order",
  description: "Orders wait. Look at the worker's log.",
  metric: { namespace: "AWS/SQS", name: "Age", dimensions: { QueueName: "orders" }, statistic: "Maximum" },
  threshold: 90,
  periodSeconds: 60,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  missingData: "breaching",
};
const plain: AlarmRow = {
  id: "Plain",
  nameSuffix: "Plain",
  title: "Orders",
  description: "Too many orders. Look at the shop.",
  threshold: 90,
  metric: { namespace: "shop", name: "Orders", dimensions: {}, statistic: "Sum" },
};

describe("Alarms", () => {
  const build = (rows: readonly AlarmRow[]): ReturnType<typeof constructTemplate> =>
    constructTemplate((scope) => {
      const key = keyIn(scope);
      const topic = new AlarmTopic(scope, "Topic", {
        name: "alarms",
        account: ACCOUNT,
        key,
        email: "operator@example.com",
      });
      new Alarms(scope, "Alarms", { namePrefix: "shop", rows, topic });
    });
  const template = build([queue, plain]);

  test("has one alarm per row, at the row's own address", () => {
    expect(Object.keys(template.ofType("aws_cloudwatch_metric_alarm"))).toEqual(["Alarms_Plain", "Alarms_QueueAge"]);
    expect(template.inventory).toEqual({
      aws_cloudwatch_metric_alarm: 2,
      aws_kms_alias: 1,
      aws_kms_key: 1,
      aws_sns_topic: 1,
      aws_sns_topic_policy: 1,
      aws_sns_topic_subscription: 1,
    });
  });

  test("fires at the threshold and above, and notifies the topic when it starts and when it ends", () => {
    expect(template.at("aws_cloudwatch_metric_alarm.Alarms_QueueAge")).toEqual({
      alarm_name: "shop-Queue-Age",
      alarm_description: "Orders wait. Look at the worker's log.",
      namespace: "AWS/SQS",
      metric_name: "Age",
      dimensions: { QueueName: "orders" },
      statistic: "Maximum",
      period: 60,
      evaluation_periods: 5,
      datapoints_to_alarm: 3,
      comparison_operator: "GreaterThanOrEqualToThreshold",
      threshold: 90,
      treat_missing_data: "breaching",
      alarm_actions: ["${aws_sns_topic.Topic.arn}"],
      ok_actions: ["${aws_sns_topic.Topic.arn}"],
    });
  });

  test("watches a metric without dimensions, over one period of five minutes, by default", () => {
    expect(template.at("aws_cloudwatch_metric_alarm.Alarms_Plain")).toMatchObject({
      namespace: "shop",
      metric_name: "Orders",
      dimensions: {},
      period: 300,
      evaluation_periods: 1,
      datapoints_to_alarm: 1,
      treat_missing_data: "notBreaching",
    });
  });

  test("needs as many periods at the threshold as it evaluates by default", () => {
    const several = build([{ ...plain, evaluationPeriods: 3 }]);
    expect(several.at("aws_cloudwatch_metric_alarm.Alarms_Plain").datapoints_to_alarm).toBe(3);
  });

  test("fails when two rows have the same id, which is part of their addresses", () => {
    expect(() => build([queue, { ...plain, id: "QueueAge" }])).toThrow("already a Construct with name 'QueueAge'");
  });
});
