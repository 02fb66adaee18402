import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { ACCOUNT } from "../../fixtures/environments";
import { AlarmTopic } from "../../../src/constructs/observability/alarm-topic";
import { keyIn } from "../../helpers/key";
import { constructTemplate } from "../../helpers/template";

const ALARMS = "arn:aws:cloudwatch:ap-south-1:498192039865:alarm:shop-*";

describe("AlarmTopic", () => {
  const template = constructTemplate((scope) => {
    const key = keyIn(scope);
    const topic = new AlarmTopic(scope, "Topic", {
      name: "alarms",
      account: ACCOUNT,
      key,
      alarmArns: ALARMS,
      email: "operator@example.com",
    });
    new SnsTopicSubscription(scope, "Other", { topicArn: topic.arn, protocol: "sms", endpoint: "+910000000000" });
  });
  const topicArn = "${aws_sns_topic.Topic.arn}";

  test("is a topic with a policy and a mail subscription", () => {
    expect(template.addresses).toEqual([
      "aws_kms_alias.Key_Alias",
      "aws_kms_key.Key",
      "aws_sns_topic.Topic",
      "aws_sns_topic_policy.Topic_Policy",
      "aws_sns_topic_subscription.Other",
      "aws_sns_topic_subscription.Topic_Email",
    ]);
  });

  test("is encrypted under the key, whose own policy CloudWatch passes, unlike SNS's default key", () => {
    expect(template.at("aws_sns_topic.Topic")).toEqual({
      name: "alarms",
      kms_master_key_id: "${aws_kms_key.Key.arn}",
    });
  });

  test("asks the key to let this account's alarms publish, or they would be dropped silently", () => {
    expect(template.statement("aws_kms_key.Key", "CloudWatchAlarmsPublish")).toEqual({
      Sid: "CloudWatchAlarmsPublish",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: {
        StringEquals: { "aws:SourceAccount": "498192039865" },
        ArnLike: { "aws:SourceArn": ALARMS },
      },
    });
  });

  test("mails the operator, and gives its ARN to other subscriptions", () => {
    expect(template.at("aws_sns_topic_subscription.Topic_Email")).toEqual({
      topic_arn: topicArn,
      protocol: "email",
      endpoint: "operator@example.com",
    });
    expect(template.at("aws_sns_topic_subscription.Other")).toMatchObject({ topic_arn: topicArn });
  });

  describe("its policy", () => {
    const address = "aws_sns_topic_policy.Topic_Policy";

    test("is the topic's, and has three statements", () => {
      expect(template.at(address).arn).toBe(topicArn);
      expect(template.policy(address).Statement.map(({ Sid }) => Sid)).toEqual([
        "OwnerAdministers",
        "CloudWatchAlarmsPublish",
        "DenyInsecureTransport",
      ]);
    });

    test("names the owner again, whom it would lock out otherwise", () => {
      expect(template.statement(address, "OwnerAdministers")).toEqual({
        Sid: "OwnerAdministers",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::498192039865:root" },
        Action: [
          "sns:AddPermission",
          "sns:DeleteTopic",
          "sns:GetTopicAttributes",
          "sns:ListSubscriptionsByTopic",
          "sns:Publish",
          "sns:RemovePermission",
          "sns:SetTopicAttributes",
          "sns:Subscribe",
        ],
        Resource: topicArn,
      });
    });

    test("lets CloudWatch publish for this account's alarms alone", () => {
      expect(template.statement(address, "CloudWatchAlarmsPublish")).toEqual({
        Sid: "CloudWatchAlarmsPublish",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: {
          StringEquals: { "aws:SourceAccount": "498192039865" },
          ArnLike: { "aws:SourceArn": ALARMS },
        },
      });
    });

    test("refuses what does not come over TLS", () => {
      expect(template.statement(address, "DenyInsecureTransport")).toEqual({
        Sid: "DenyInsecureTransport",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: [topicArn],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
    });
  });
});
