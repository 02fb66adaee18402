import { foundationTemplate } from "../helpers/stack-templates";

const template = foundationTemplate();

test("has the state bucket and API Gateway's log role, and nothing else", () => {
  expect(template.inventory).toEqual({
    aws_s3_bucket: 1,
    aws_s3_bucket_public_access_block: 1,
    aws_s3_bucket_ownership_controls: 1,
    aws_s3_bucket_policy: 1,
    aws_s3_bucket_server_side_encryption_configuration: 1,
    aws_s3_bucket_versioning: 1,
    aws_s3_bucket_lifecycle_configuration: 1,
    aws_api_gateway_account: 1,
    aws_iam_role: 1,
    aws_iam_role_policy_attachment: 1,
  });
});

test("adopts the bucket that the bootstrap created", () => {
  expect(template.json.import).toEqual([
    { to: "aws_s3_bucket.StateBucket", id: "aleenascuisine-tfstate-498192039865" },
  ]);
});

test("keeps its own state in that bucket, under its own key", () => {
  expect(template.json.terraform).toMatchObject({
    backend: {
      s3: {
        bucket: "aleenascuisine-tfstate-498192039865",
        key: "aleenascuisine-foundation.tfstate",
        use_lockfile: true,
      },
    },
  });
});

test("can never destroy the bucket or empty it", () => {
  expect(template.at("aws_s3_bucket.StateBucket")).toEqual({
    bucket: "aleenascuisine-tfstate-498192039865",
    force_destroy: false,
    lifecycle: { prevent_destroy: true },
  });
});

test("keeps superseded states for 180 days and moves no state to slower storage", () => {
  const rules = template.at("aws_s3_bucket_lifecycle_configuration.StateBucket_Lifecycle").rule;
  expect(rules).toEqual([
    expect.objectContaining({
      id: "expire-old-versions",
      noncurrent_version_expiration: [{ noncurrent_days: 180 }],
    }),
    expect.objectContaining({ id: "abort-incomplete-uploads" }),
  ]);
});

test("is tagged as the foundation", () => {
  expect(template.json.provider.aws?.[0]?.default_tags).toEqual([
    { tags: expect.objectContaining({ Env: "foundation", Stack: "aleenascuisine-foundation" }) as unknown },
  ]);
});
