import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import type { AwsAccount } from "../../shared/aws-account";
import type { EncryptionKey } from "../security/encryption-key";
import { denyInsecureTransport, policyDocument } from "../security/policy-document";

/** What the topic's owner may do. @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html */
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
  /** Owner of the topic, and of the alarms that may publish. */
  readonly account: AwsAccount;
  /** Encrypts the topic; the topic asks it to let CloudWatch publish. */
  readonly key: EncryptionKey;
  /** ARN pattern of the alarms that may publish. */
  readonly alarmArns: string;
  /** Receives every alarm once its owner confirmed the subscription. */
  readonly email: string;
}

/** An encrypted topic that CloudWatch alarms of this environment publish to, and a mail subscription. */
export class AlarmTopic extends Construct {
  /** ARN of the topic. */
  public readonly arn: string;

  public constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    props.key.grantAlarms(props.alarmArns);
    const topic = new SnsTopic(this, "Resource", { name: props.name, kmsMasterKeyId: props.key.arn });
    new SnsTopicPolicy(this, "Policy", { arn: topic.arn, policy: topicPolicy(topic.arn, props) });
    new SnsTopicSubscription(this, "Email", { topicArn: topic.arn, protocol: "email", endpoint: props.email });
    this.arn = topic.arn;
  }
}

/** Replaces the policy that SNS gives a new topic, so its owner has to be named again. */
function topicPolicy(topicArn: string, { account, alarmArns }: AlarmTopicProps): string {
  return policyDocument([
    {
      Sid: "OwnerAdministers",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account.id}:root` },
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
