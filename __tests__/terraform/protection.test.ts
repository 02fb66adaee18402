import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { prod } from "../fixtures/environments";
import { PROTECTED_TYPES } from "../../src/terraform/protection";
import { environmentTemplate } from "../helpers/stack-templates";
import { constructTemplate } from "../helpers/template";

const TYPES = [
  "aws_api_gateway_rest_api",
  "aws_cloudfront_distribution",
  "aws_cloudwatch_log_group",
  "aws_eip",
  "aws_kms_key",
  "aws_rds_cluster",
  "aws_rds_cluster_instance",
  "aws_s3_bucket",
  "aws_secretsmanager_secret",
  "aws_vpc",
];

function resource(scope: Construct, type: string): void {
  new TerraformResource(scope, "Thing", { terraformResourceType: type });
}

describe("PreventDestroy", () => {
  test.each(TYPES)("keeps Terraform from destroying %s in a protected stack", (type) => {
    const template = constructTemplate((scope) => {
      resource(new Construct(scope, "Nested"), type);
    }, true);
    expect(template.at(`${type}.Nested_Thing`)).toEqual({ lifecycle: { prevent_destroy: true } });
  });

  test.each(TYPES)("lets Terraform destroy %s where data is not protected", (type) => {
    const template = constructTemplate((scope) => {
      resource(scope, type);
    }, false);
    expect(template.at(`${type}.Thing`)).toEqual({});
  });

  test.each(["aws_route", "aws_lambda_function", "aws_s3_bucket_policy", "aws_kms_alias"])(
    "does not protect %s, which holds no data",
    (type) => {
      const template = constructTemplate((scope) => {
        resource(scope, type);
      }, true);
      expect(template.at(`${type}.Thing`)).toEqual({});
    },
  );

  test("adds to the lifecycle that a resource has", () => {
    const template = constructTemplate((scope) => {
      new S3Bucket(scope, "Store", { bucket: "store", lifecycle: { ignoreChanges: ["tags"] } });
    }, true);
    expect(template.at("aws_s3_bucket.Store").lifecycle).toEqual({
      ignore_changes: ["tags"],
      prevent_destroy: true,
    });
  });
});

describe("PROTECTED_TYPES", () => {
  test("has a reason for each type", () => {
    expect(Object.keys(PROTECTED_TYPES).sort()).toEqual(TYPES);
    for (const reason of Object.values(PROTECTED_TYPES)) {
      expect(reason).toMatch(/\w+ \w+/);
    }
  });

  test("names only types that an environment has", () => {
    expect(Object.keys(environmentTemplate(prod).inventory)).toEqual(expect.arrayContaining(TYPES));
  });
});
