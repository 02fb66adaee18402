import { TerraformOutput } from "cdktf";
import { Bucket, type BucketProps } from "../../../src/constructs/storage/bucket";
import { keyIn } from "../../helpers/key";
import { grantedTo, executionRole } from "../../helpers/role";
import { constructTemplate, type Template } from "../../helpers/template";

const LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.Invoices_Lifecycle";
const ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration.Invoices_Encryption";
const POLICY = "aws_s3_bucket_policy.Invoices_Policy";

const PROPS: BucketProps = { name: "shop-invoices", noncurrentVersionDays: 30 };

function bucketTemplate(props: Partial<BucketProps> = {}): Template {
  return constructTemplate((scope) => {
    new Bucket(scope, "Invoices", { ...PROPS, ...props });
  });
}

function keyedTemplate(): Template {
  return constructTemplate((scope) => {
    const key = keyIn(scope, "KmsKey");
    new Bucket(scope, "Invoices", { ...PROPS, key });
  });
}

describe("Bucket", () => {
  const template = bucketTemplate();

  test.each([
    ["can be deleted with everything in it when that is forced", true, true],
    ["is deleted only when empty otherwise", false, false],
    ["is deleted only when empty when nothing is said", undefined, false],
  ])("%s", (_title, forceDestroy, expected) => {
    expect(bucketTemplate({ forceDestroy }).at("aws_s3_bucket.Invoices")).toEqual({
      bucket: "shop-invoices",
      force_destroy: expected,
    });
  });

  test("blocks public access in all four ways", () => {
    expect(template.at("aws_s3_bucket_public_access_block.Invoices_PublicAccessBlock")).toEqual({
      bucket: "${aws_s3_bucket.Invoices.id}",
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });

  test("has no access control lists", () => {
    expect(template.at("aws_s3_bucket_ownership_controls.Invoices_OwnershipControls")).toEqual({
      bucket: "${aws_s3_bucket.Invoices.id}",
      rule: { object_ownership: "BucketOwnerEnforced" },
      depends_on: ["aws_s3_bucket_public_access_block.Invoices_PublicAccessBlock"],
    });
  });

  test("denies requests without TLS, and allows nobody anything until it is granted", () => {
    expect(template.at(POLICY)).toEqual({
      bucket: "${aws_s3_bucket.Invoices.id}",
      policy: expect.any(String) as unknown,
      depends_on: ["aws_s3_bucket_ownership_controls.Invoices_OwnershipControls"],
    });
    expect(template.policy(POLICY).Statement).toEqual([
      {
        Sid: "DenyInsecureTransport",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["${aws_s3_bucket.Invoices.arn}", "${aws_s3_bucket.Invoices.arn}/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  test("lets a granted distribution read objects, and do nothing else", () => {
    const granted = constructTemplate((scope) => {
      new Bucket(scope, "Invoices", PROPS).grantCloudFrontRead("arn:aws:cloudfront::498192039865:distribution/E1");
    });
    expect(granted.policy(POLICY).Statement).toHaveLength(2);
    expect(granted.statement(POLICY, "CloudFrontReads")).toEqual({
      Sid: "CloudFrontReads",
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action: "s3:GetObject",
      Resource: "${aws_s3_bucket.Invoices.arn}/*",
      Condition: { StringEquals: { "AWS:SourceArn": "arn:aws:cloudfront::498192039865:distribution/E1" } },
    });
  });

  test("lets a granted role read and write objects, and neither list nor delete them", () => {
    const role = executionRole();
    const granted = constructTemplate((scope) => {
      new Bucket(scope, "Invoices", PROPS).grantReadWrite(role);
    });
    expect(grantedTo(role)).toEqual([
      {
        Sid: "InvoicesReadWrite",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: "arn:aws:s3:::shop-invoices/*",
      },
    ]);
    expect(granted.text).toBe(template.text);
  });

  test("lets a granted role use the key too, in the key's policy and in the role's", () => {
    const role = executionRole();
    const granted = constructTemplate((scope) => {
      new Bucket(scope, "Invoices", { ...PROPS, key: keyIn(scope, "KmsKey") }).grantReadWrite(role);
    });
    expect(grantedTo(role).map(({ Sid }) => Sid)).toEqual(["KmsKeyUse", "InvoicesReadWrite"]);
    expect(grantedTo(role)[0]?.Condition?.StringEquals).toEqual({ "kms:ViaService": ["s3.ap-south-1.amazonaws.com"] });
    expect(granted.statement("aws_kms_key.KmsKey", "ExecutionRoleUse").Principal).toEqual({ AWS: role.arn });
  });

  test("fails when CloudFront is to read objects that it could not decrypt", () => {
    expect(() =>
      constructTemplate((scope) => {
        new Bucket(scope, "Invoices", { ...PROPS, key: keyIn(scope) }).grantCloudFrontRead("arn:distribution");
      }),
    ).toThrow('Bucket "shop-invoices" is encrypted under a customer managed key, which CloudFront may not use');
  });

  test("is encrypted under S3's own keys when it has none", () => {
    expect(template.at(ENCRYPTION)).toEqual({
      bucket: "${aws_s3_bucket.Invoices.id}",
      rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }],
    });
  });

  test("is encrypted under its key, with a bucket key that saves calls to KMS, when it has one", () => {
    expect(keyedTemplate().at(ENCRYPTION)).toEqual({
      bucket: "${aws_s3_bucket.Invoices.id}",
      rule: [
        {
          apply_server_side_encryption_by_default: {
            sse_algorithm: "aws:kms",
            kms_master_key_id: "${aws_kms_key.KmsKey.arn}",
          },
          bucket_key_enabled: true,
        },
      ],
    });
  });

  test("keeps versions", () => {
    expect(template.at("aws_s3_bucket_versioning.Invoices_Versioning")).toEqual({
      bucket: "${aws_s3_bucket.Invoices.id}",
      versioning_configuration: { status: "Enabled" },
    });
  });

  test("removes old versions, lone delete markers and unfinished uploads, and never a current object", () => {
    expect(template.at(LIFECYCLE)).toEqual({
      bucket: "${aws_s3_bucket.Invoices.id}",
      rule: [
        {
          id: "expire-old-versions",
          status: "Enabled",
          filter: [{}],
          noncurrent_version_expiration: [{ noncurrent_days: 30 }],
          expiration: [{ expired_object_delete_marker: true }],
        },
        {
          id: "abort-incomplete-uploads",
          status: "Enabled",
          filter: [{}],
          abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
        },
      ],
      depends_on: ["aws_s3_bucket_versioning.Invoices_Versioning"],
    });
  });

  test("keeps old versions for 90 days when nothing is said", () => {
    expect(bucketTemplate({ noncurrentVersionDays: undefined }).at(LIFECYCLE).rule).toMatchObject([
      { id: "expire-old-versions", noncurrent_version_expiration: [{ noncurrent_days: 90 }] },
      { id: "abort-incomplete-uploads" },
    ]);
  });

  test("keeps old versions for the configured time", () => {
    expect(bucketTemplate({ noncurrentVersionDays: 365 }).at(LIFECYCLE).rule).toMatchObject([
      { id: "expire-old-versions", noncurrent_version_expiration: [{ noncurrent_days: 365 }] },
      { id: "abort-incomplete-uploads" },
    ]);
  });

  test.each([
    [{ infrequentAccessAfterDays: 30, archiveAfterDays: 365, archiveClass: "GLACIER" }],
    [{ infrequentAccessAfterDays: 60, archiveAfterDays: 90, archiveClass: "GLACIER_IR" }],
  ] as const)("moves old objects to Standard-IA and then to the archive: %j", (archive) => {
    expect(bucketTemplate({ archive }).at(LIFECYCLE).rule).toEqual([
      {
        id: "archive",
        status: "Enabled",
        filter: [{}],
        transition: [
          { days: archive.infrequentAccessAfterDays, storage_class: "STANDARD_IA" },
          { days: archive.archiveAfterDays, storage_class: archive.archiveClass },
        ],
      },
      ...(template.at(LIFECYCLE).rule as unknown[]),
    ]);
  });

  test("has its ARN, its host in its region and its address as outputs", () => {
    const { json } = constructTemplate((scope) => {
      const bucket = new Bucket(scope, "Invoices", PROPS);
      new TerraformOutput(scope, "Arn", { value: bucket.arn });
      new TerraformOutput(scope, "Host", { value: bucket.regionalDomainName });
      new TerraformOutput(scope, "Address", { value: bucket.address });
    });
    expect(json.output).toEqual({
      Arn: { value: "${aws_s3_bucket.Invoices.arn}" },
      Host: { value: "${aws_s3_bucket.Invoices.bucket_regional_domain_name}" },
      Address: { value: "aws_s3_bucket.Invoices" },
    });
  });

  test("is one bucket and its settings", () => {
    expect(template.inventory).toEqual({
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_s3_bucket_versioning: 1,
    });
  });
});
