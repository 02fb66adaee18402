import type { IdentityStatement } from "../../src/constructs/security/policy-document";
import { executionPolicy } from "../../tools/operate/roles/execution-role";
import { dev, environments, prod } from "../fixtures/environments";

/** The whole policy of dev's execution role. A permission is added here too. */
const EXECUTION_POLICY = [
  {
    Sid: "KmsKeyUse",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: "arn:aws:kms:ap-south-1:498192039865:key/*",
    Condition: {
      "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/aleenascuisine-dev-key" },
      StringEquals: {
        "kms:ViaService": ["secretsmanager.ap-south-1.amazonaws.com", "s3.ap-south-1.amazonaws.com"],
      },
    },
  },
  {
    Sid: "DatabaseSecretRead",
    Effect: "Allow",
    Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
    Resource: "arn:aws:secretsmanager:ap-south-1:498192039865:secret:aleenascuisine-dev/db-??????",
  },
  {
    Sid: "RazorpaySecretRead",
    Effect: "Allow",
    Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
    Resource: "arn:aws:secretsmanager:ap-south-1:498192039865:secret:aleenascuisine-dev/razorpay-??????",
  },
  {
    Sid: "DatabaseDataApi",
    Effect: "Allow",
    Action: [
      "rds-data:BatchExecuteStatement",
      "rds-data:BeginTransaction",
      "rds-data:CommitTransaction",
      "rds-data:ExecuteStatement",
      "rds-data:RollbackTransaction",
    ],
    Resource: "arn:aws:rds:ap-south-1:498192039865:cluster:aleenascuisine-dev-aurora",
  },
  {
    Sid: "ImagesBucketReadWrite",
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:PutObject"],
    Resource: "arn:aws:s3:::aleenascuisine-dev-images/*",
  },
  {
    Sid: "InvoicesBucketReadWrite",
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:PutObject"],
    Resource: "arn:aws:s3:::aleenascuisine-dev-invoices/*",
  },
  {
    Sid: "FunctionLogWrite",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: "arn:aws:logs:ap-south-1:498192039865:log-group:/aws/lambda/aleenascuisine-dev-app:*",
  },
  {
    Sid: "MigrateFunctionLogWrite",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: "arn:aws:logs:ap-south-1:498192039865:log-group:/aws/lambda/aleenascuisine-dev-migrate:*",
  },
  {
    Sid: "FunctionTracing",
    Effect: "Allow",
    Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    Resource: "*",
  },
  {
    Sid: "FunctionInterfaces",
    Effect: "Allow",
    Action: [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:UnassignPrivateIpAddresses",
    ],
    Resource: "arn:aws:ec2:ap-south-1:498192039865:*/*",
  },
  {
    Sid: "FunctionInterfaceLookups",
    Effect: "Allow",
    Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
    Resource: "*",
  },
  {
    Sid: "FunctionCodeMakesNoInterfaces",
    Effect: "Deny",
    Action: [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:UnassignPrivateIpAddresses",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
    ],
    Resource: "*",
    Condition: {
      ArnEquals: {
        "lambda:SourceFunctionArn": [
          "arn:aws:lambda:ap-south-1:498192039865:function:aleenascuisine-dev-app",
          "arn:aws:lambda:ap-south-1:498192039865:function:aleenascuisine-dev-migrate",
        ],
      },
    },
  },
];

/** Allow statements that name no resource of the environment, and why. */
const BEYOND_THE_ENVIRONMENT = {
  KmsKeyUse: "the key's id is AWS's; the condition names its alias",
  FunctionTracing: "X-Ray has no resources",
  FunctionInterfaces: "Lambda needs all resource ids: AWS assigns those of interfaces",
  FunctionInterfaceLookups: "EC2 has no resources for what describes",
};

describe("the execution role's policy", () => {
  const statementsOf = (policy: string): IdentityStatement[] =>
    (JSON.parse(policy) as { Statement: IdentityStatement[] }).Statement;

  test("is exactly what the handover lists, and what a function needs to run", () => {
    expect(statementsOf(executionPolicy(dev))).toEqual(EXECUTION_POLICY);
  });

  test("is the same in prod, with prod's names", () => {
    expect(executionPolicy(prod)).toBe(executionPolicy(dev).replaceAll("aleenascuisine-dev", "aleenascuisine-prod"));
  });

  test.each(environments)("$name: names the environment's resources alone, but for those with a reason", (config) => {
    const beyond = statementsOf(executionPolicy(config)).filter(
      ({ Effect, Resource }) =>
        Effect === "Allow" && ![Resource].flat().every((arn) => arn.includes(`aleenascuisine-${config.name}`)),
    );
    expect(beyond.map(({ Sid }) => Sid)).toEqual(Object.keys(BEYOND_THE_ENVIRONMENT));
  });

  test("fits into one role for all environments", () => {
    const sum = environments.reduce((length, config) => length + executionPolicy(config).length, 0);
    // The inline policies of a role together: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    expect(sum).toBeLessThanOrEqual(10_240);
  });
});
