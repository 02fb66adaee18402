/**
 * What SNS gives in place of a subscription's ARN until its owner confirms it.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
export const PENDING_SUBSCRIPTION = "PendingConfirmation";
