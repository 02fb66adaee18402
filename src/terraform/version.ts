/** Oldest Terraform with write-only arguments and the S3 lock file. */
export const MINIMUM_TERRAFORM = "1.11.0";
