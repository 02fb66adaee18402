import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import {
  denyInsecureTransport,
  identityPolicy,
  policyDocument,
} from "../../../src/constructs/security/policy-document";
import { constructTemplate } from "../../helpers/template";

describe("policyDocument", () => {
  test("states the policy language's current version and keeps the statements' order", () => {
    const trust = {
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    } as const;
    expect(
      JSON.parse(
        policyDocument([
          { Sid: "Second", ...trust },
          { Sid: "First", ...trust },
        ]),
      ),
    ).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Sid: "Second", Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        { Sid: "First", Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    });
  });

  test("leaves references to what does not exist yet for Terraform to fill", () => {
    const template = constructTemplate((scope) => {
      const bucket = new S3Bucket(scope, "Store", { bucket: "store" });
      new S3BucketPolicy(scope, "Policy", {
        bucket: bucket.id,
        policy: policyDocument([denyInsecureTransport("s3:*", [bucket.arn, `${bucket.arn}/*`])]),
      });
    });
    expect(template.statement("aws_s3_bucket_policy.Policy", "DenyInsecureTransport").Resource).toEqual([
      "${aws_s3_bucket.Store.arn}",
      "${aws_s3_bucket.Store.arn}/*",
    ]);
  });
});

describe("identityPolicy", () => {
  test("names no principal: it applies to the one that it is attached to", () => {
    const statement = { Sid: "Reads", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::a/*" } as const;
    expect(JSON.parse(identityPolicy([statement]))).toEqual({ Version: "2012-10-17", Statement: [statement] });
  });
});

describe("denyInsecureTransport", () => {
  test.each([
    ["s3:*", ["arn:aws:s3:::store", "arn:aws:s3:::store/*"]],
    ["sns:Publish", ["arn:aws:sns:ap-south-1:498192039865:alarms"]],
  ])("denies %s to everyone without TLS", (action, resources) => {
    expect(denyInsecureTransport(action, resources)).toEqual({
      Sid: "DenyInsecureTransport",
      Effect: "Deny",
      Principal: "*",
      Action: action,
      Resource: resources,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });
});
