import { environmentNames } from "../../../src/config/names";
import { baselineTags } from "../../../src/config/tags";
import { regionalArn } from "../../../src/shared/arn";
import { isNamed, look } from "../../shared/aws/errors";
import type { Finding } from "../../shared/aws/finding";
import { GLOBAL_REGION } from "../../shared/aws/session";
import { PENDING_SUBSCRIPTION } from "../../shared/aws/subscription";
import type { CheckContext } from "./check";

const NOT_DEPLOYED: Finding = { outcome: "ok", detail: "not deployed yet" };

/**
 * Whether the owner of the alarms' address confirmed the subscription.
 *
 * @see https://aws.amazon.com/about-aws/whats-new/2023/05/amazon-sns-automatic-deletion-unconfirmed-subscriptions/
 */
export async function checkAlarmMail({ config, session }: CheckContext): Promise<Finding> {
  const { SNSClient, paginateListSubscriptionsByTopic } = await import("@aws-sdk/client-sns");
  const { account, alarmEmail } = config;
  const topic = environmentNames(config.name).alarmTopic;
  const pages = paginateListSubscriptionsByTopic(
    { client: session.lookClient(SNSClient) },
    { TopicArn: regionalArn(account, "sns", topic) },
  );
  const states: string[] = [];
  try {
    await look("sns:ListSubscriptionsByTopic", collect());
  } catch (error) {
    if (isNamed(error, "NotFoundException")) {
      return NOT_DEPLOYED;
    }
    throw error;
  }
  if (states.some((arn) => arn.startsWith("arn:"))) {
    return { outcome: "ok", detail: `${alarmEmail} is subscribed to ${topic}` };
  }
  return states.includes(PENDING_SUBSCRIPTION)
    ? {
        outcome: "failed",
        detail: `${alarmEmail} has not confirmed its subscription to ${topic}: no alarm reaches anyone`,
        remedy:
          "Follow the link in the mail from SNS. It works for two days; after that, the next apply sends another.",
      }
    : {
        outcome: "failed",
        detail: `${alarmEmail} is not subscribed to ${topic}: no alarm reaches anyone`,
        remedy: "The next apply subscribes it again. Follow the link in the mail from SNS within two days.",
      };

  async function collect(): Promise<void> {
    for await (const { Subscriptions: subscriptions = [] } of pages) {
      const ours = subscriptions.filter(({ Protocol, Endpoint }) => Protocol === "email" && Endpoint === alarmEmail);
      states.push(...ours.map(({ SubscriptionArn: arn = "" }) => arn));
    }
  }
}

/** Whether every baseline tag is a cost allocation tag. AWS charges a cent per request, so there is one. */
export async function checkCostTags({ config, session }: CheckContext): Promise<Finding> {
  const { CostExplorerClient, ListCostAllocationTagsCommand } = await import("@aws-sdk/client-cost-explorer");
  const client = session.lookClient(CostExplorerClient, GLOBAL_REGION);
  const wanted = Object.keys(baselineTags(config.name));
  const request = new ListCostAllocationTagsCommand({ TagKeys: wanted, Status: "Active" });
  const { CostAllocationTags: active = [] } = await look("ce:ListCostAllocationTags", client.send(request));
  const missing = wanted.filter((key) => !active.some(({ TagKey }) => TagKey === key));
  if (missing.length === 0) {
    return { outcome: "ok", detail: `${wanted.join(", ")} are active` };
  }
  const activation = missing.map((key) => `TagKey=${key},Status=Active`).join(" ");
  return {
    outcome: "failed",
    detail: `not active: ${missing.join(", ")}; budgets count nothing until they are`,
    remedy: `One day after the first apply: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status ${activation}`,
  };
}

/** Whether the Razorpay secret has a value. The value is not read. */
export async function checkRazorpay({ config, session }: CheckContext): Promise<Finding> {
  const { SecretsManagerClient, DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  const name = environmentNames(config.name).razorpaySecret;
  const client = session.lookClient(SecretsManagerClient);
  try {
    const request = new DescribeSecretCommand({ SecretId: name });
    const { VersionIdsToStages: versions = {} } = await look("secretsmanager:DescribeSecret", client.send(request));
    if (Object.values(versions).some((stages) => stages.includes("AWSCURRENT"))) {
      return { outcome: "ok", detail: `${name} has a value` };
    }
  } catch (error) {
    if (isNamed(error, "ResourceNotFoundException")) {
      return NOT_DEPLOYED;
    }
    throw error;
  }
  return {
    outcome: "failed",
    detail: `${name} is empty: payments do not work`,
    remedy: `aws secretsmanager put-secret-value --secret-id ${name} --secret-string file://razorpay.json (docs/first-deployment.md shows the file)`,
  };
}
