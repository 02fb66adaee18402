import { usualDuration } from "../../../../tools/operate/plan/usual-durations";

test.each([
  ["aws_cloudfront_distribution.CloudFrontDistribution", "usually 3 to 15 min"],
  ["aws_rds_cluster.Database", "usually 1 to 3 min"],
  ["aws_rds_cluster_instance.Database_Writer", "usually 5 to 15 min"],
  ["aws_s3_bucket_lifecycle_configuration.ImagesBucket_Lifecycle", "usually up to 90 s"],
  ["aws_security_group.LambdaSecurityGroup", "usually 1 to 45 min"],
])("%s: %s", (address, words) => {
  expect(usualDuration(address)).toBe(words);
});

test.each(["aws_s3_bucket.ImagesBucket", "aws_kms_key.KmsKey", ""])(
  "%p takes seconds, and nothing is said",
  (address) => {
    expect(usualDuration(address)).toBeUndefined();
  },
);
