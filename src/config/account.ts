import type { AwsAccount } from "../shared/aws-account";

/**
 * The account that holds all environments and their state. The provider and the state backend refuse any other.
 *
 * Source: handover, "Environment & Naming". The account is the one of the handover's default ARNs.
 */
export const ACCOUNT: AwsAccount = { id: "498192039865", region: "ap-south-1" };
