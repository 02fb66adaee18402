/**
 * What every environment shares: one AWS account, one region, one owner.
 *
 * Source: handover, "Environment & Naming". The account is the one of the handover's default ARNs.
 */
export interface AwsAccount {
  /** Twelve-digit AWS account id. The provider and the state backend refuse any other. */
  readonly id: string;
  /** AWS region of every regional resource. */
  readonly region: string;
}

/** The account that holds all environments and their state. */
export const ACCOUNT: AwsAccount = { id: "498192039865", region: "ap-south-1" };

/** Availability Zone letters of ap-south-1 that are open to every account. */
export const REGION_ZONES = ["a", "b", "c"] as const;
