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
import { bucketArn } from "../../shared/arn";
import type { ArchiveClass } from "./limits";
import type { EncryptionKey } from "../security/encryption-key";
import type { ExternalRole } from "../security/external-role";
import { denyInsecureTransport, policyDocument, type PolicyStatement } from "../security/policy-document";
import { statementId } from "../security/statement-id";

/** Days after which the parts of an unfinished upload are removed. */
const INCOMPLETE_UPLOAD_DAYS = 7;

const NONCURRENT_VERSION_DAYS = 90;

/** Ages at which current objects move to cheaper storage. */
export interface ArchivePlan {
  /** Age in days of the move to Standard-IA, at least 30. */
  readonly infrequentAccessAfterDays: number;
  /** Age in days of the move to the archive class, at least 30 more. */
  readonly archiveAfterDays: number;
  /** Storage class that objects end in. */
  readonly archiveClass: ArchiveClass;
}

/** Inputs of {@link Bucket}. */
export interface BucketProps {
  /** Bucket name, unique in all of AWS, 3 to 63 characters. */
  readonly name: string;
  /**
   * Encrypts the objects. The bucket adds what its readers and writers need to the key's policy.
   *
   * @default - S3-managed keys (SSE-S3)
   */
  readonly key?: EncryptionKey;
  /**
   * Days that an overwritten or deleted object version is kept.
   *
   * @default 90
   */
  readonly noncurrentVersionDays?: number;
  /** @default - objects stay in the storage class that they were written in */
  readonly archive?: ArchivePlan;
  /**
   * True lets Terraform delete the bucket with everything in it.
   *
   * @default false
   */
  readonly forceDestroy?: boolean;
}

/** A private, versioned, encrypted bucket that accepts TLS only and removes old versions and unfinished uploads. */
export class Bucket extends Construct {
  /** ARN of the bucket. Append a slash and a star for its objects. */
  public readonly arn: string;
  /** Host name of the bucket in its region, which CloudFront needs as its origin. */
  public readonly regionalDomainName: string;
  /** Terraform address of the bucket itself, for an `import` block. */
  public readonly address: string;
  readonly #props: BucketProps;
  readonly #statements: PolicyStatement[];

  public constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id);
    this.#props = props;
    const bucket = new S3Bucket(this, "Resource", { bucket: props.name, forceDestroy: props.forceDestroy ?? false });
    this.arn = bucket.arn;
    this.regionalDomainName = bucket.bucketRegionalDomainName;
    this.address = `aws_s3_bucket.${bucket.friendlyUniqueId}`;
    this.#statements = [denyInsecureTransport("s3:*", [bucket.arn, `${bucket.arn}/*`])];

    this.#keepPrivate(bucket);
    this.#encrypt(bucket, props.key);
    this.#keepVersions(bucket, props);
  }

  /**
   * Lets a CloudFront distribution, and no other, read objects.
   *
   * @throws Error when the bucket is encrypted under a customer managed key, whose policy does not name CloudFront
   */
  public grantCloudFrontRead(distributionArn: string): void {
    if (this.#props.key) {
      throw new Error(
        `Bucket "${this.#props.name}" is encrypted under a customer managed key, which CloudFront may not use. Leave out its key: S3-managed encryption is then used.`,
      );
    }
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
   * Lets a role read and write objects, and use the key for them. It cannot list objects, so a key that does not
   * exist is answered with 403 instead of 404. It cannot delete them either.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  public grantReadWrite(role: ExternalRole): void {
    this.#props.key?.grantUse(role, "s3");
    role.allow({
      Sid: statementId(this, "ReadWrite"),
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: bucketArn(this.#props.name, "*"),
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
      // S3 answers 409 to two of these calls on one bucket at the same time.
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

  #keepVersions(bucket: S3Bucket, { archive, noncurrentVersionDays = NONCURRENT_VERSION_DAYS }: BucketProps): void {
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
