/** An AWS account and the region that is used in it. */
export interface AwsAccount {
  /** Twelve-digit AWS account id. */
  readonly id: string;
  /** AWS region, such as `ap-south-1`. */
  readonly region: string;
}
