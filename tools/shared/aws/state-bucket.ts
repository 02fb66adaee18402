import { stateBucketName } from "../../../src/config/names";
import { bucketArn } from "../../../src/shared/arn";
import { isNamed, look, LookDenied } from "./errors";
import type { Finding } from "./finding";
import { lookSettings } from "./client-settings";
import type { AwsSession } from "./session";

const BOOTSTRAP = "npm run bootstrap";

/** Whether the state bucket exists in this account and region, and is versioned. */
export async function checkStateBucket({ account, env }: AwsSession): Promise<Finding> {
  const { S3Client, GetBucketVersioningCommand, HeadBucketCommand } = await import("@aws-sdk/client-s3");
  // With redirects, the answer has the bucket's region; without them, the error has no message.
  const s3 = new S3Client({ ...lookSettings(account.region, env), followRegionRedirects: true });
  const bucket = { Bucket: stateBucketName(account.id), ExpectedBucketOwner: account.id };
  let region: string | undefined;
  try {
    ({ BucketRegion: region } = await look("s3:ListBucket", s3.send(new HeadBucketCommand(bucket))));
  } catch (error) {
    if (isNamed(error, "NotFound")) {
      return { outcome: "failed", detail: `${bucket.Bucket} does not exist`, remedy: BOOTSTRAP };
    }
    if (error instanceof LookDenied) {
      return {
        outcome: "failed",
        detail: `AWS denies you ${bucket.Bucket}: you lack ${error.action} on it, or another account has the name`,
        remedy: `Allow your role or user ${error.action} on ${bucketArn(bucket.Bucket)}. If the name is taken, change it in src/config/names.ts.`,
      };
    }
    throw error;
  }
  if (region !== undefined && region !== account.region) {
    return {
      outcome: "failed",
      detail: `${bucket.Bucket} is in ${region}, not in ${account.region}`,
      remedy: `If it is empty, delete it and run ${BOOTSTRAP}. If not, fix the region in src/config/account.ts.`,
    };
  }
  const versioning = await look("s3:GetBucketVersioning", s3.send(new GetBucketVersioningCommand(bucket)));
  if (versioning.Status !== "Enabled") {
    return {
      outcome: "failed",
      detail: `${bucket.Bucket} is not versioned: a lost or damaged state could not be restored`,
      remedy: BOOTSTRAP,
    };
  }
  return { outcome: "ok", detail: `${bucket.Bucket}, versioned` };
}
