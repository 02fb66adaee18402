import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { accountRootArn, regionalArn } from "../../shared/arn";
import type { AwsAccount } from "../../shared/aws-account";
import type { EncryptionKey } from "../security/encryption-key";
import { denyInsecureTransport, policyDocument } from "../security/policy-document";

/** Permissions of the topic's owner. @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html */
const OWNER_ACTIONS = [
  "sns:AddPermission",
  "sns:DeleteTopic",
  "sns:GetTopicAttributes",
  "sns:ListSubscriptionsByTopic",
  "sns:Publish",
  "sns:RemovePermission",
  "sns:SetTopicAttributes",
  "sns:Subscribe",
];

/** Inputs of {@link AlarmTopic}. */
export interface AlarmTopicProps {
  /** Name of the topic, up to 256 characters. */
  readonly name: string;
  /** Account and region of the topic and of the alarms that may publish. */
  readonly account: AwsAccount;
  /**
   * Encrypts the topic. The topic adds what CloudWatch needs to the key's policy. AWS's own key for SNS would not do:
   * its policy does not let CloudWatch publish.
   */
  readonly key: EncryptionKey;
  /** Address that receives every alarm, once its owner has confirmed the subscription. */
  readonly email: string;
  /**
   * Names of the alarms that may publish; may contain wildcards.
   *
   * @default - all alarms of the account and region
   */
  readonly alarmNames?: string;
}

/** An encrypted topic that CloudWatch alarms publish to, and an email subscription. */
export class AlarmTopic extends Construct {
  /** ARN of the topic. */
  public readonly arn: string;

  public constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const { account, alarmNames = "*", email, key, name } = props;
    const alarmArns = regionalArn(account, "cloudwatch", `alarm:${alarmNames}`);
    key.grantAlarms(alarmArns);
    const topic = new SnsTopic(this, "Resource", { name, kmsMasterKeyId: key.arn });
    new SnsTopicPolicy(this, "Policy", { arn: topic.arn, policy: topicPolicy(topic.arn, account, alarmArns) });
    new SnsTopicSubscription(this, "Email", { topicArn: topic.arn, protocol: "email", endpoint: email });
    this.arn = topic.arn;
  }
}

/** Replaces the policy that SNS gives a new topic, so it has to name the owner again. */
function topicPolicy(topicArn: string, account: AwsAccount, alarmArns: string): string {
  return policyDocument([
    {
      Sid: "OwnerAdministers",
      Effect: "Allow",
      Principal: { AWS: accountRootArn(account.id) },
      Action: OWNER_ACTIONS,
      Resource: topicArn,
    },
    {
      Sid: "CloudWatchAlarmsPublish",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: {
        StringEquals: { "aws:SourceAccount": account.id },
        ArnLike: { "aws:SourceArn": alarmArns },
      },
    },
    denyInsecureTransport("sns:Publish", [topicArn]),
  ]);
}
