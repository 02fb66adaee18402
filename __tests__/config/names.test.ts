import { ACCOUNT } from "../fixtures/environments";
import {
  environmentArns,
  environmentNames,
  FOUNDATION_STACK,
  nameProblems,
  stateBucketName,
  type EnvironmentNames,
} from "../../src/config/names";

const NAMES: readonly (readonly [env: string, names: EnvironmentNames])[] = [
  [
    "dev",
    {
      stack: "aleenascuisine-dev",
      apiStage: "dev",
      keyAlias: "alias/aleenascuisine-dev-key",
      databaseSecret: "aleenascuisine-dev/db",
      razorpaySecret: "aleenascuisine-dev/razorpay",
      cluster: "aleenascuisine-dev-aurora",
      writerInstance: "aleenascuisine-dev-aurora-writer",
      databaseSubnetGroup: "aleenascuisine-dev-aurora",
      clusterParameterGroup: "aleenascuisine-dev-aurora-postgresql",
      monitoringRole: "aleenascuisine-dev-rds-monitoring",
      imagesBucket: "aleenascuisine-dev-images",
      invoicesBucket: "aleenascuisine-dev-invoices",
      originAccessControl: "aleenascuisine-dev-images",
      lambdaSecurityGroup: "aleenascuisine-dev-lambda",
      databaseSecurityGroup: "aleenascuisine-dev-database",
      endpointSecurityGroup: "aleenascuisine-dev-endpoints",
      function: "aleenascuisine-dev-app",
      functionLogGroup: "/aws/lambda/aleenascuisine-dev-app",
      migrateFunction: "aleenascuisine-dev-migrate",
      migrateFunctionLogGroup: "/aws/lambda/aleenascuisine-dev-migrate",
      api: "aleenascuisine-dev-api",
      apiAccessLogGroup: "/aws/api-gateway/aleenascuisine-dev-api",
      usagePlan: "aleenascuisine-dev-usage-plan",
      alarmTopic: "aleenascuisine-dev-alarms",
      dashboard: "aleenascuisine-dev-Dashboard",
      budget: "aleenascuisine-dev-dev-monthly-budget",
      metricNamespace: "aleenascuisine-dev",
    },
  ],
  [
    "prod",
    {
      stack: "aleenascuisine-prod",
      apiStage: "prod",
      keyAlias: "alias/aleenascuisine-prod-key",
      databaseSecret: "aleenascuisine-prod/db",
      razorpaySecret: "aleenascuisine-prod/razorpay",
      cluster: "aleenascuisine-prod-aurora",
      writerInstance: "aleenascuisine-prod-aurora-writer",
      databaseSubnetGroup: "aleenascuisine-prod-aurora",
      clusterParameterGroup: "aleenascuisine-prod-aurora-postgresql",
      monitoringRole: "aleenascuisine-prod-rds-monitoring",
      imagesBucket: "aleenascuisine-prod-images",
      invoicesBucket: "aleenascuisine-prod-invoices",
      originAccessControl: "aleenascuisine-prod-images",
      lambdaSecurityGroup: "aleenascuisine-prod-lambda",
      databaseSecurityGroup: "aleenascuisine-prod-database",
      endpointSecurityGroup: "aleenascuisine-prod-endpoints",
      function: "aleenascuisine-prod-app",
      functionLogGroup: "/aws/lambda/aleenascuisine-prod-app",
      migrateFunction: "aleenascuisine-prod-migrate",
      migrateFunctionLogGroup: "/aws/lambda/aleenascuisine-prod-migrate",
      api: "aleenascuisine-prod-api",
      apiAccessLogGroup: "/aws/api-gateway/aleenascuisine-prod-api",
      usagePlan: "aleenascuisine-prod-usage-plan",
      alarmTopic: "aleenascuisine-prod-alarms",
      dashboard: "aleenascuisine-prod-Dashboard",
      budget: "aleenascuisine-prod-prod-monthly-budget",
      metricNamespace: "aleenascuisine-prod",
    },
  ],
];

describe("environmentNames", () => {
  test.each(NAMES)("spells the names of %s as the handover does", (env, expected) => {
    expect(environmentNames(env)).toEqual(expected);
  });
});

describe("names that exist once per account", () => {
  test("the state bucket contains the account, because all of AWS shares bucket names", () => {
    expect(stateBucketName("498192039865")).toBe("aleenascuisine-tfstate-498192039865");
  });

  test("the foundation is a stack alongside the environments", () => {
    expect(FOUNDATION_STACK).toBe("aleenascuisine-foundation");
  });
});

describe("nameProblems", () => {
  test.each(["dev", "prod", "e".repeat(34)])("has none for %s", (env) => {
    expect(nameProblems(env)).toEqual([]);
  });

  test("reports which name is too long, by how much, and AWS's page about it", () => {
    const env = "e".repeat(35);
    expect(nameProblems(env)).toEqual([
      `DB instance identifier "aleenascuisine-${env}-aurora-writer" has 64 characters, AWS accepts at most 63 (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html)`,
      `IAM role "aleenascuisine-${env}-rds-monitoring" has 65 characters, AWS accepts at most 64 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)`,
      `budget "aleenascuisine-${env}-${env}-monthly-budget" has 101 characters, AWS accepts at most 100 (https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html)`,
    ]);
  });

  test.each([
    ["DB instance identifier", "writerInstance", 34],
    ["IAM role", "monitoringRole", 34],
    ["budget", "budget", 34],
    ["S3 bucket", "invoicesBucket", 39],
    ["S3 bucket", "imagesBucket", 41],
    ["DB cluster identifier", "cluster", 41],
    ["origin access control", "originAccessControl", 42],
    ["Lambda function", "migrateFunction", 41],
    ["Lambda function", "function", 45],
    ["API stage", "apiStage", 128],
    ["usage plan", "usagePlan", 229],
    ["dashboard", "dashboard", 230],
    ["KMS alias", "keyAlias", 231],
    ["DB subnet group", "databaseSubnetGroup", 233],
    ["SNS topic", "alarmTopic", 234],
    ["metric namespace", "metricNamespace", 240],
    ["tag value", "stack", 241],
    ["log group", "apiAccessLogGroup", 476],
    ["log group", "migrateFunctionLogGroup", 477],
    ["log group", "functionLogGroup", 481],
    ["secret", "razorpaySecret", 488],
    ["secret", "databaseSecret", 494],
    ["REST API", "api", 1005],
  ] as const)("takes the %s %s of an environment whose name has up to %i characters", (what, field, length) => {
    const problem = (env: string): string => `${what} "${environmentNames(env)[field]}" has `;
    const [longest, tooLong] = ["e".repeat(length), "e".repeat(length + 1)];
    expect(nameProblems(longest).filter((text) => text.startsWith(problem(longest)))).toHaveLength(0);
    expect(nameProblems(tooLong).filter((text) => text.startsWith(problem(tooLong)))).toHaveLength(1);
  });

  test("has one for each of the names when all are too long", () => {
    const problems = nameProblems("e".repeat(1100));
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(' "'))).sort()).toEqual([
      "API stage",
      "DB cluster identifier",
      "DB cluster parameter group",
      "DB instance identifier",
      "DB subnet group",
      "IAM role",
      "KMS alias",
      "Lambda function",
      "Lambda function",
      "REST API",
      "S3 bucket",
      "S3 bucket",
      "SNS topic",
      "budget",
      "dashboard",
      "log group",
      "log group",
      "log group",
      "metric namespace",
      "origin access control",
      "secret",
      "secret",
      "security group",
      "security group",
      "security group",
      "tag value",
      "usage plan",
    ]);
    for (const problem of problems) {
      expect(problem).toMatch(/ \(https:\/\/docs\.aws\.amazon\.com\/\S+\.html\)$/);
    }
  });
});

describe("environmentArns", () => {
  test.each(["dev", "prod"])("covers what belongs to %s in its account and region", (env) => {
    expect(environmentArns(ACCOUNT, environmentNames(env))).toEqual({
      logGroups: [
        `arn:aws:logs:ap-south-1:498192039865:log-group:/aws/lambda/aleenascuisine-${env}-app`,
        `arn:aws:logs:ap-south-1:498192039865:log-group:/aws/lambda/aleenascuisine-${env}-migrate`,
        `arn:aws:logs:ap-south-1:498192039865:log-group:/aws/api-gateway/aleenascuisine-${env}-api`,
        `arn:aws:logs:ap-south-1:498192039865:log-group:API-Gateway-Execution-Logs_*/${env}`,
      ],
      alarms: `arn:aws:cloudwatch:ap-south-1:498192039865:alarm:aleenascuisine-${env}-*`,
      databaseInstances: `arn:aws:rds:ap-south-1:498192039865:db:aleenascuisine-${env}-*`,
    });
  });

  test("follows the account and the region", () => {
    const { alarms, databaseInstances, logGroups } = environmentArns(
      { id: "111122223333", region: "eu-west-1" },
      environmentNames("dev"),
    );
    for (const arn of [alarms, databaseInstances, ...logGroups]) {
      expect(arn).toMatch(/^arn:aws:[a-z]+:eu-west-1:111122223333:/);
    }
  });
});
