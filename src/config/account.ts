import type { AwsAccount } from "../shared/aws-account";

/**
 * The account that holds all environments and their state. The provider and the state backend refuse any other.
 *
 * Source: handover, "Environment & Naming". The account is the one of the handover's default ARNs.
 */
export const ACCOUNT: AwsAccount = { id: "498192039865", region: "ap-south-1" };

/** Availability Zone letters of ap-south-1 that are open to every account. */
export const REGION_ZONES = ["a", "b", "c"] as const;
