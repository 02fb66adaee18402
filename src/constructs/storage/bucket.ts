import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import type { ArchiveClass } from "./limits";
import type { EncryptionKey } from "../security/encryption-key";
import type { ExternalRole } from "../security/external-role";
import { denyInsecureTransport, policyDocument, type PolicyStatement } from "../security/policy-document";

/** Days after which the parts of an upload that was never finished are removed. */
const INCOMPLETE_UPLOAD_DAYS = 7;

/** Ages at which current objects move to cheaper storage. */
export interface ArchivePlan {
  /** Age in days of the move to Standard-IA, at least 30. */
  readonly infrequentAccessAfterDays: number;
  /** Age in days of the move to the archive class. */
  readonly archiveAfterDays: number;
  /** Class that objects end in. */
  readonly archiveClass: ArchiveClass;
}

/** Inputs of {@link Bucket}. */
export interface BucketProps {
  /** Bucket name, unique in all of AWS. */
  readonly name: string;
  /** @default - S3-managed keys (SSE-S3) */
  readonly key?: EncryptionKey;
  /** Days that an overwritten or deleted object version is kept. */
  readonly noncurrentVersionDays: number;
  /** @default - objects stay in the class that they were written in */
  readonly archive?: ArchivePlan;
  /** True lets Terraform delete the bucket with everything in it. */
  readonly disposable: boolean;
}

/** A private, versioned, encrypted bucket that speaks TLS only and cleans up after itself. */
export class Bucket extends Construct {
  /** ARN of the bucket; of its objects with a trailing slash and star. */
  public readonly arn: string;
  /** Host name of the bucket in its region; what CloudFront takes as an origin. */
  public readonly regionalDomainName: string;
  /** Address of the bucket itself, for an `import` block. */
  public readonly address: string;
  readonly #name: string;
  readonly #statements: PolicyStatement[];

  public constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id);
    this.#name = props.name;
    const bucket = new S3Bucket(this, "Resource", { bucket: props.name, forceDestroy: props.disposable });
    this.arn = bucket.arn;
    this.regionalDomainName = bucket.bucketRegionalDomainName;
    this.address = `aws_s3_bucket.${bucket.friendlyUniqueId}`;
    this.#statements = [denyInsecureTransport("s3:*", [bucket.arn, `${bucket.arn}/*`])];

    this.#keepPrivate(bucket);
    this.#encrypt(bucket, props.key);
    this.#keepVersions(bucket, props);
  }

  /** Lets a CloudFront distribution, and no other, read objects. */
  public grantRead(distributionArn: string): void {
    this.#statements.push({
      Sid: "CloudFrontReads",
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action: "s3:GetObject",
      Resource: `${this.arn}/*`,
      Condition: { StringEquals: { "AWS:SourceArn": distributionArn } },
    });
  }

  /**
   * Lets a role read and write objects. It may not list them, since it knows its keys from the database: a key
   * that does not exist answers 403 and not 404. It may not delete them either. The key that encrypts them is
   * granted apart.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  public grantReadWrite(role: ExternalRole): void {
    role.allow({
      Sid: `${this.node.id}ReadWrite`,
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: `arn:aws:s3:::${this.#name}/*`,
    });
  }

  #keepPrivate(bucket: S3Bucket): void {
    const block = new S3BucketPublicAccessBlock(this, "PublicAccessBlock", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const ownership = new S3BucketOwnershipControls(this, "OwnershipControls", {
      bucket: bucket.id,
      rule: { objectOwnership: "BucketOwnerEnforced" },
      // S3 answers 409 to two of these calls at once on one bucket.
      dependsOn: [block],
    });
    new S3BucketPolicy(this, "Policy", {
      bucket: bucket.id,
      policy: Lazy.stringValue({ produce: () => policyDocument(this.#statements) }),
      dependsOn: [ownership],
    });
  }

  #encrypt(bucket: S3Bucket, key: EncryptionKey | undefined): void {
    new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
      bucket: bucket.id,
      rule: [
        key
          ? {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
              bucketKeyEnabled: true,
            }
          : { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ],
    });
  }

  #keepVersions(bucket: S3Bucket, { archive, noncurrentVersionDays }: BucketProps): void {
    const versioning = new S3BucketVersioningA(this, "Versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "Lifecycle", {
      bucket: bucket.id,
      rule: [...(archive ? [archiveRule(archive)] : []), ...cleaningRules(noncurrentVersionDays)],
      dependsOn: [versioning],
    });
  }
}

function archiveRule(plan: ArchivePlan): S3BucketLifecycleConfigurationRule {
  return {
    id: "archive",
    status: "Enabled",
    filter: [{}],
    transition: [
      { days: plan.infrequentAccessAfterDays, storageClass: "STANDARD_IA" },
      { days: plan.archiveAfterDays, storageClass: plan.archiveClass },
    ],
  };
}

function cleaningRules(noncurrentVersionDays: number): S3BucketLifecycleConfigurationRule[] {
  return [
    {
      id: "expire-old-versions",
      status: "Enabled",
      filter: [{}],
      noncurrentVersionExpiration: [{ noncurrentDays: noncurrentVersionDays }],
      expiration: [{ expiredObjectDeleteMarker: true }],
    },
    {
      id: "abort-incomplete-uploads",
      status: "Enabled",
      filter: [{}],
      abortIncompleteMultipartUpload: [{ daysAfterInitiation: INCOMPLETE_UPLOAD_DAYS }],
    },
  ];
}
