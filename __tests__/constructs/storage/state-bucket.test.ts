import { StateBucket } from "../../../src/constructs/storage/state-bucket";
import { constructTemplate } from "../../helpers/template";

describe("StateBucket", () => {
  const template = constructTemplate((scope) => {
    new StateBucket(scope, "StateBucket", { name: "shop-tfstate" });
  });

  test("is adopted by its name, at its own address", () => {
    expect(template.json.import).toEqual([{ to: "aws_s3_bucket.StateBucket", id: "shop-tfstate" }]);
  });

  test("is never deleted with state in it", () => {
    expect(template.at("aws_s3_bucket.StateBucket")).toEqual({ bucket: "shop-tfstate", force_destroy: false });
  });

  test("keeps superseded states for half a year, and archives none", () => {
    expect(template.at("aws_s3_bucket_versioning.StateBucket_Versioning")).toMatchObject({
      versioning_configuration: { status: "Enabled" },
    });
    expect(template.at("aws_s3_bucket_lifecycle_configuration.StateBucket_Lifecycle").rule).toEqual([
      {
        id: "expire-old-versions",
        status: "Enabled",
        filter: [{}],
        noncurrent_version_expiration: [{ noncurrent_days: 180 }],
        expiration: [{ expired_object_delete_marker: true }],
      },
      {
        id: "abort-incomplete-uploads",
        status: "Enabled",
        filter: [{}],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      },
    ]);
  });

  test("can be read without the key of an environment", () => {
    expect(template.at("aws_s3_bucket_server_side_encryption_configuration.StateBucket_Encryption").rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
    ]);
  });

  test("allows nobody anything by its policy", () => {
    const { Statement: statements } = template.policy("aws_s3_bucket_policy.StateBucket_Policy");
    expect(statements.map(({ Sid, Effect }) => [Sid, Effect])).toEqual([["DenyInsecureTransport", "Deny"]]);
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
