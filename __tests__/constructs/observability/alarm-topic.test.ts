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
      alarmNames: "shop-*",
      email: "operator@example.com",
    });
    new SnsTopicSubscription(scope, "Other", { topicArn: topic.arn, protocol: "sms", endpoint: "+910000000000" });
  });
  const topicArn = "${aws_sns_topic.Topic.arn}";

  test("is a topic with a policy and an email subscription", () => {
    expect(template.addresses).toEqual([
      "aws_kms_alias.Key_Alias",
      "aws_kms_key.Key",
      "aws_sns_topic.Topic",
      "aws_sns_topic_policy.Topic_Policy",
      "aws_sns_topic_subscription.Other",
      "aws_sns_topic_subscription.Topic_Email",
    ]);
  });

  test("is encrypted under the key, whose policy allows CloudWatch, unlike that of SNS's default key", () => {
    expect(template.at("aws_sns_topic.Topic")).toEqual({
      name: "alarms",
      kms_master_key_id: "${aws_kms_key.Key.arn}",
    });
  });

  test("adds this account's alarms to the key's policy, or they would be dropped silently", () => {
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

  test("sends email to the operator, and has its ARN as an output", () => {
    expect(template.at("aws_sns_topic_subscription.Topic_Email")).toEqual({
      topic_arn: topicArn,
      protocol: "email",
      endpoint: "operator@example.com",
    });
    expect(template.at("aws_sns_topic_subscription.Other")).toMatchObject({ topic_arn: topicArn });
  });

  test("allows all alarms of the account and region when none are named", () => {
    const open = constructTemplate((scope) => {
      new AlarmTopic(scope, "Topic", { name: "alarms", account: ACCOUNT, key: keyIn(scope), email: "a@example.com" });
    });
    for (const address of ["aws_sns_topic_policy.Topic_Policy", "aws_kms_key.Key"]) {
      expect(open.statement(address, "CloudWatchAlarmsPublish").Condition?.ArnLike).toEqual({
        "aws:SourceArn": "arn:aws:cloudwatch:ap-south-1:498192039865:alarm:*",
      });
    }
  });

  describe("its policy", () => {
    const address = "aws_sns_topic_policy.Topic_Policy";

    test("is attached to the topic, and has three statements", () => {
      expect(template.at(address).arn).toBe(topicArn);
      expect(template.policy(address).Statement.map(({ Sid }) => Sid)).toEqual([
        "OwnerAdministers",
        "CloudWatchAlarmsPublish",
        "DenyInsecureTransport",
      ]);
    });

    test("names the owner again, who would otherwise be locked out", () => {
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

    test("denies requests without TLS", () => {
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
