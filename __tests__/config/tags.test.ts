import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { environmentNames } from "../../src/config/names";
import { baselineTags } from "../../src/config/tags";
import { constructTemplate } from "../helpers/template";

describe("baselineTags", () => {
  test.each(["dev", "prod"])("is the handover's baseline for %s, and the stack that cost is counted by", (env) => {
    expect(baselineTags(env)).toEqual({
      Project: "aleenascuisine",
      Owner: "kevinMathew",
      Env: env,
      CostCenter: "cseproj",
      Stack: environmentNames(env).stack,
    });
  });

  test("reaches every resource of a stack by way of the provider", () => {
    const template = constructTemplate((scope) => {
      new S3Bucket(scope, "Store", { bucket: "store" });
    });
    expect(template.json.provider.aws).toHaveLength(1);
    expect(template.json.provider.aws?.[0]?.default_tags).toEqual([
      {
        tags: {
          Project: "aleenascuisine",
          Owner: "kevinMathew",
          Env: "test",
          CostCenter: "cseproj",
          Stack: "aleenascuisine-test",
        },
      },
    ]);
    expect(template.at("aws_s3_bucket.Store")).toEqual({ bucket: "store" });
  });
});
