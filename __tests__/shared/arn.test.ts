import {
  accountRootArn,
  apiGatewayArn,
  awsManagedPolicyArn,
  bucketArn,
  globalArn,
  integrationArn,
  parseArn,
  parseRoleArn,
  regionalArn,
} from "../../src/shared/arn";

const ID = "111122223333";
const ACCOUNT = { id: ID, region: "eu-west-1" };

test.each([
  [regionalArn(ACCOUNT, "lambda", "function:app"), `arn:aws:lambda:eu-west-1:${ID}:function:app`],
  [globalArn(ID, "iam", "role/app"), `arn:aws:iam::${ID}:role/app`],
  [bucketArn("images"), "arn:aws:s3:::images"],
  [bucketArn("images", "*"), "arn:aws:s3:::images/*"],
  [apiGatewayArn("eu-west-1", "/restapis/*"), "arn:aws:apigateway:eu-west-1::/restapis/*"],
  [integrationArn("eu-west-1", "lambda", "path/x"), "arn:aws:apigateway:eu-west-1:lambda:path/x"],
  [awsManagedPolicyArn("service-role/P"), "arn:aws:iam::aws:policy/service-role/P"],
  [accountRootArn(ID), `arn:aws:iam::${ID}:root`],
])("builds %s", (arn, expected) => {
  expect(arn).toBe(expected);
});

test.each([
  [
    `arn:aws:logs:eu-west-1:${ID}:log-group:/aws/lambda/app:*`,
    {
      partition: "aws",
      service: "logs",
      region: "eu-west-1",
      accountId: ID,
      resource: "log-group:/aws/lambda/app:*",
    },
  ],
  ["arn:aws-cn:s3:::images", { partition: "aws-cn", service: "s3", region: "", accountId: "", resource: "images" }],
])("takes %s apart", (arn, parts) => {
  expect(parseArn(arn)).toEqual(parts);
});

test.each(["", "images", "arn:aws:s3", "arn:aws:s3:::", "urn:aws:s3:::images"])('"%s" is not an ARN', (text) => {
  expect(parseArn(text)).toBeUndefined();
});

test.each([
  [`arn:aws:iam::${ID}:role/deploy`, { path: "/", name: "deploy" }],
  [`arn:aws:iam::${ID}:role/team/shop/deploy`, { path: "/team/shop/", name: "deploy" }],
  [`arn:aws:iam::${ID}:role/service-role/a+b=c,d.e@f-g_h`, { path: "/service-role/", name: "a+b=c,d.e@f-g_h" }],
  [`arn:aws:iam::${ID}:user/ann`, undefined],
  [`arn:aws:sts::${ID}:assumed-role/deploy/ann`, undefined],
  ["deploy", undefined],
])("finds path and name of the role %s", (arn, role) => {
  expect(parseRoleArn(arn)).toEqual(role);
});
