import { environmentNames } from "../../../src/config/names";
import { baselineTags } from "../../../src/config/tags";
import { lookSettings } from "../../shared/aws/client-settings";
import type { CheckContext, Finding } from "./check";
import { isNamed, look } from "../../shared/aws/errors";

/** Cost Explorer has one address for all regions. @see https://docs.aws.amazon.com/general/latest/gr/billing.html */
const COST_EXPLORER_REGION = "us-east-1";

/** Where SNS would give a subscription's ARN. @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
const PENDING = "PendingConfirmation";

const NOT_DEPLOYED: Finding = { outcome: "ok", detail: "not deployed yet" };

/**
 * Whether the owner of the alarms' address confirmed the subscription.
 *
 * @see https://aws.amazon.com/about-aws/whats-new/2023/05/amazon-sns-automatic-deletion-unconfirmed-subscriptions/
 */
export async function checkAlarmMail({ config, env }: CheckContext): Promise<Finding> {
  const { SNSClient, paginateListSubscriptionsByTopic } = await import("@aws-sdk/client-sns");
  const { account, alarmEmail } = config;
  const topic = environmentNames(config.name).alarmTopic;
  const client = new SNSClient(lookSettings(account.region, env));
  const pages = paginateListSubscriptionsByTopic(
    { client },
    { TopicArn: `arn:aws:sns:${account.region}:${account.id}:${topic}` },
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
    return { outcome: "ok", detail: `${alarmEmail} receives what ${topic} publishes` };
  }
  return states.includes(PENDING)
    ? {
        outcome: "failed",
        detail: `${alarmEmail} has not confirmed its subscription to ${topic}: no alarm reaches anyone`,
        remedy:
          "Follow the link in the mail of SNS. Two days after it was sent SNS gives up, and the next apply sends another.",
      }
    : {
        outcome: "failed",
        detail: `${alarmEmail} is not subscribed to ${topic}: no alarm reaches anyone`,
        remedy: "The next apply subscribes it again; follow the link in the mail of SNS within two days.",
      };

  async function collect(): Promise<void> {
    for await (const { Subscriptions: subscriptions = [] } of pages) {
      const ours = subscriptions.filter(({ Protocol, Endpoint }) => Protocol === "email" && Endpoint === alarmEmail);
      states.push(...ours.map(({ SubscriptionArn: arn = "" }) => arn));
    }
  }
}

/** Whether Billing tells costs apart by every tag of the baseline. Each request costs a cent, so it is one. */
export async function checkCostTags({ config, env }: CheckContext): Promise<Finding> {
  const { CostExplorerClient, ListCostAllocationTagsCommand } = await import("@aws-sdk/client-cost-explorer");
  const client = new CostExplorerClient(lookSettings(COST_EXPLORER_REGION, env));
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
    detail: `not active: ${missing.join(", ")}; budgets count nothing before`,
    remedy: `A day after the first apply: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status ${activation}`,
  };
}

/** Whether a person filled the Razorpay secret. Its value is not looked at. */
export async function checkRazorpay({ config, env }: CheckContext): Promise<Finding> {
  const { SecretsManagerClient, DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  const name = environmentNames(config.name).razorpaySecret;
  const client = new SecretsManagerClient(lookSettings(config.account.region, env));
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
    detail: `${name} is empty: payments cannot work`,
    remedy: `aws secretsmanager put-secret-value --secret-id ${name} --secret-string file://razorpay.json (docs/first-deployment.md has the file)`,
  };
}
