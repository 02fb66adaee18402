import { TerraformOutput } from "cdktf";
import { Bucket } from "../../../src/constructs/storage/bucket";
import { ImageDistribution } from "../../../src/constructs/storage/image-distribution";
import type { PriceClass } from "../../../src/constructs/storage/limits";
import { constructTemplate, type Template } from "../../helpers/template";

const DISTRIBUTION = "aws_cloudfront_distribution.Cdn";

function distributionTemplate(priceClass?: PriceClass): Template {
  return constructTemplate((scope) => {
    const bucket = new Bucket(scope, "Images", { name: "shop-images" });
    const distribution = new ImageDistribution(scope, "Cdn", {
      bucket,
      accessControlName: "shop-images",
      comment: "Images of the shop",
      priceClass,
    });
    new TerraformOutput(scope, "Arn", { value: distribution.arn });
    new TerraformOutput(scope, "Host", { value: distribution.domainName });
  });
}

describe("ImageDistribution", () => {
  const template = distributionTemplate();

  test("serves the bucket over HTTPS, for reading, cached and with security headers", () => {
    expect(template.at(DISTRIBUTION)).toEqual({
      enabled: true,
      comment: "Images of the shop",
      http_version: "http2and3",
      is_ipv6_enabled: true,
      price_class: "PriceClass_200",
      origin: [
        {
          origin_id: "images",
          domain_name: "${aws_s3_bucket.Images.bucket_regional_domain_name}",
          origin_access_control_id: "${aws_cloudfront_origin_access_control.Cdn_OriginAccessControl.id}",
        },
      ],
      default_cache_behavior: {
        target_origin_id: "images",
        viewer_protocol_policy: "https-only",
        allowed_methods: ["GET", "HEAD"],
        cached_methods: ["GET", "HEAD"],
        compress: true,
        cache_policy_id: "658327ea-f89d-4fab-a63d-7e88639e58f6",
        response_headers_policy_id: "67f7725c-6f97-4210-82d7-5512b31e9d03",
      },
      restrictions: { geo_restriction: { restriction_type: "none" } },
      viewer_certificate: { cloudfront_default_certificate: true },
    });
  });

  test("signs every request to the bucket", () => {
    expect(template.at("aws_cloudfront_origin_access_control.Cdn_OriginAccessControl")).toEqual({
      name: "shop-images",
      description: "Signed reads of shop-images",
      origin_access_control_origin_type: "s3",
      signing_behavior: "always",
      signing_protocol: "sigv4",
    });
  });

  test("is the only one that the bucket allows to read, and may do nothing else", () => {
    const { Statement: statements } = template.policy("aws_s3_bucket_policy.Images_Policy");
    expect(statements.filter(({ Effect }) => Effect === "Allow")).toEqual([
      {
        Sid: "CloudFrontReads",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: "${aws_s3_bucket.Images.arn}/*",
        Condition: { StringEquals: { "AWS:SourceArn": "${aws_cloudfront_distribution.Cdn.arn}" } },
      },
    ]);
  });

  test("leaves the bucket private", () => {
    expect(template.at("aws_s3_bucket_public_access_block.Images_PublicAccessBlock")).toMatchObject({
      block_public_policy: true,
      restrict_public_buckets: true,
    });
  });

  test("serves from the edges of its price class", () => {
    expect(distributionTemplate("PriceClass_All").at(DISTRIBUTION)).toEqual({
      ...template.at(DISTRIBUTION),
      price_class: "PriceClass_All",
    });
  });

  test("has the host name that CloudFront assigned as an output", () => {
    expect(template.json.output).toEqual({
      Arn: { value: "${aws_cloudfront_distribution.Cdn.arn}" },
      Host: { value: "${aws_cloudfront_distribution.Cdn.domain_name}" },
    });
  });

  test("adds a distribution and its access control to the bucket", () => {
    expect(template.inventory).toEqual({
      aws_cloudfront_distribution: 1,
      aws_cloudfront_origin_access_control: 1,
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
