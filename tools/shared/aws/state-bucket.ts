import { stateBucketName } from "../../../src/config/names";
import { lookSettings } from "./client-settings";
import type { CheckContext, Finding } from "../../operate/preflight/check";
import { isNamed, look, LookDenied } from "./errors";

const BOOTSTRAP = "npm run bootstrap";

/** Whether the bucket of the state is there, this account's, in its region, and keeps versions. */
export async function checkStateBucket({ config: { account }, env }: CheckContext): Promise<Finding> {
  const { S3Client, GetBucketVersioningCommand, HeadBucketCommand } = await import("@aws-sdk/client-s3");
  // Redirected, the answer says where the bucket lies instead of failing without a text.
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
        remedy: `Allow your role or user ${error.action} on arn:aws:s3:::${bucket.Bucket}. If the name is taken: src/config/names.ts.`,
      };
    }
    throw error;
  }
  if (region !== undefined && region !== account.region) {
    return {
      outcome: "failed",
      detail: `${bucket.Bucket} lies in ${region}, not in ${account.region}`,
      remedy: `If it is empty, delete it and run ${BOOTSTRAP}; else mend the region in src/config/account.ts.`,
    };
  }
  const versioning = await look("s3:GetBucketVersioning", s3.send(new GetBucketVersioningCommand(bucket)));
  if (versioning.Status !== "Enabled") {
    return {
      outcome: "failed",
      detail: `${bucket.Bucket} keeps no versions: a state that is lost or damaged could not be brought back`,
      remedy: BOOTSTRAP,
    };
  }
  return { outcome: "ok", detail: `${bucket.Bucket}, versioned` };
}
