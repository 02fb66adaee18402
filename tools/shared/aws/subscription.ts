/**
 * SNS returns this instead of a subscription's ARN until the owner confirms it.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
export const PENDING_SUBSCRIPTION = "PendingConfirmation";
