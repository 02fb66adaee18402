import type { IdentityStatement } from "../../src/constructs/security/policy-document";
import { allows, neededPermission, type RecordedRequest } from "./api-actions";

function request(service: string, fields: Partial<RecordedRequest>): RecordedRequest {
  return { service, operation: "", method: "POST", path: "/", query: [], terraform: true, ...fields };
}

describe("the permission that a request needs", () => {
  test.each<[string, string, string, string[]]>([
    ["s3:ListBucket", "HEAD", "/store", []],
    ["s3:ListBucket", "GET", "/store", ["list-type", "prefix"]],
    ["s3:ListBucketVersions", "GET", "/store", ["versions"]],
    ["s3:CreateBucket", "PUT", "/store", []],
    ["s3:DeleteBucket", "DELETE", "/store", []],
    ["s3:GetEncryptionConfiguration", "GET", "/store", ["encryption"]],
    ["s3:PutBucketPolicy", "PUT", "/store", ["policy"]],
    ["s3:DeleteBucketPolicy", "DELETE", "/store", ["policy"]],
    ["s3:PutLifecycleConfiguration", "DELETE", "/store", ["lifecycle"]],
  ])("on a bucket: %s for %s %s %p", (action, method, path, query) => {
    expect(neededPermission(request("s3", { method, path, query }), "ap-south-1")).toEqual({
      action,
      resource: "arn:aws:s3:::store",
    });
  });

  test.each([
    ["s3:GetObject", "HEAD", []],
    ["s3:PutObject", "PUT", ["x-id"]],
    ["s3:DeleteObject", "DELETE", []],
    ["s3:DeleteObjectVersion", "DELETE", ["versionId"]],
  ])("on an object: %s for %s %p", (action, method, query) => {
    expect(neededPermission(request("s3", { method, path: "/store/a/b.txt", query }), "ap-south-1")).toEqual({
      action,
      resource: "arn:aws:s3:::store/a/b.txt",
    });
  });

  test("of API Gateway is its verb on the path", () => {
    const get = request("apigateway", { operation: "GetStage", method: "GET", path: "/restapis/a1/stages/dev" });
    expect(neededPermission(get, "ap-south-1")).toEqual({
      action: "apigateway:GET",
      resource: "arn:aws:apigateway:ap-south-1::/restapis/a1/stages/dev",
    });
  });

  test.each([
    ["monitoring", "PutMetricAlarm", "cloudwatch:PutMetricAlarm"],
    ["budgets", "CreateNotification", "budgets:ModifyBudget"],
    ["cloudfront", "CreateDistributionWithTags", "cloudfront:CreateDistribution"],
    ["rds", "DescribeDBClusters", "rds:DescribeDBClusters"],
  ])("of %s %s is %s", (service, operation, action) => {
    expect(neededPermission(request(service, { operation }), "ap-south-1")).toEqual({ action });
  });

  test("is none where everyone may", () => {
    expect(neededPermission(request("sts", { operation: "GetCallerIdentity" }), "ap-south-1")).toBeUndefined();
  });
});

describe("a statement", () => {
  const statement: IdentityStatement = {
    Sid: "Lock",
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:PutObject"],
    Resource: ["arn:aws:s3:::store/*.tflock"],
  };

  test.each([
    ["the action on a resource that its pattern fits", "s3:PutObject", "arn:aws:s3:::store/dev.tflock", true],
    ["no other resource", "s3:PutObject", "arn:aws:s3:::store/dev.tfstate", false],
    ["no resource that only begins like it", "s3:PutObject", "arn:aws:s3:::store/dev.tflock.old", false],
    ["no other action", "s3:DeleteObject", "arn:aws:s3:::store/dev.tflock", false],
    ["the action where the resource is not known", "s3:GetObject", undefined, true],
  ])("allows %s", (_, action, resource, expected) => {
    expect(allows([statement], { action, resource })).toBe(expected);
  });

  test("that denies allows nothing", () => {
    expect(allows([{ ...statement, Effect: "Deny" }], { action: "s3:GetObject" })).toBe(false);
  });
});
