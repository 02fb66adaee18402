import { regionalArn } from "../shared/arn";
import type { AwsAccount } from "../shared/aws-account";

/** `Project` of the tag baseline, and the first part of every name. */
export const PROJECT = "aleenascuisine";

/** Name of an environment's stack and of its state object. */
export function stackName(env: string): string {
  return `${PROJECT}-${env}`;
}

/** `{env}` of what exists once per account and region. */
export const FOUNDATION_NAME = "foundation";

/** Stack of what exists once per account and region. */
export const FOUNDATION_STACK = stackName(FOUNDATION_NAME);

/** Bucket of all Terraform state of an account. */
export function stateBucketName(accountId: string): string {
  return `${PROJECT}-tfstate-${accountId}`;
}

/** Role that API Gateway writes logs as; one per account. */
export const API_LOGGING_ROLE = `${PROJECT}-api-gateway-logs`;

/** Alias that callers of a function use: a release and a rollback only change its version. */
export const FUNCTION_ALIAS = "live";

/**
 * One field per resource, as the handover spells it. The only place where names are formed, except those of alarms:
 * the stack's name and the suffix of the alarm's row.
 */
export interface EnvironmentNames {
  /** `aleenascuisine-{env}`; also the value of the `Stack` tag. */
  readonly stack: string;
  /** API Gateway stage: `{env}`. */
  readonly apiStage: string;
  readonly keyAlias: string;
  readonly databaseSecret: string;
  readonly razorpaySecret: string;
  readonly cluster: string;
  readonly writerInstance: string;
  readonly databaseSubnetGroup: string;
  /** Completed by the engine's major version: a group cannot change its family. */
  readonly clusterParameterGroup: string;
  readonly monitoringRole: string;
  readonly imagesBucket: string;
  readonly invoicesBucket: string;
  readonly originAccessControl: string;
  readonly lambdaSecurityGroup: string;
  readonly databaseSecurityGroup: string;
  readonly endpointSecurityGroup: string;
  readonly function: string;
  readonly functionLogGroup: string;
  readonly migrateFunction: string;
  readonly migrateFunctionLogGroup: string;
  readonly api: string;
  readonly apiAccessLogGroup: string;
  readonly usagePlan: string;
  readonly alarmTopic: string;
  readonly dashboard: string;
  /** `aleenascuisine-{env}-{Env}-monthly-budget`: the handover has the environment in it twice. */
  readonly budget: string;
  /** CloudWatch namespace of the metrics that are counted from logs. */
  readonly metricNamespace: string;
}

/**
 * Names of one environment.
 *
 * @param env - the environment's name, `{env}` of the handover
 */
export function environmentNames(env: string): EnvironmentNames {
  const stack = stackName(env);
  return {
    stack,
    apiStage: env,
    keyAlias: `alias/${stack}-key`,
    databaseSecret: `${stack}/db`,
    razorpaySecret: `${stack}/razorpay`,
    cluster: `${stack}-aurora`,
    writerInstance: `${stack}-aurora-writer`,
    databaseSubnetGroup: `${stack}-aurora`,
    clusterParameterGroup: `${stack}-aurora-postgresql`,
    monitoringRole: `${stack}-rds-monitoring`,
    imagesBucket: `${stack}-images`,
    invoicesBucket: `${stack}-invoices`,
    originAccessControl: `${stack}-images`,
    lambdaSecurityGroup: `${stack}-lambda`,
    databaseSecurityGroup: `${stack}-database`,
    endpointSecurityGroup: `${stack}-endpoints`,
    function: `${stack}-app`,
    functionLogGroup: `/aws/lambda/${stack}-app`,
    migrateFunction: `${stack}-migrate`,
    migrateFunctionLogGroup: `/aws/lambda/${stack}-migrate`,
    api: `${stack}-api`,
    apiAccessLogGroup: `/aws/api-gateway/${stack}-api`,
    usagePlan: `${stack}-usage-plan`,
    alarmTopic: `${stack}-alarms`,
    dashboard: `${stack}-Dashboard`,
    budget: `${stack}-${env}-monthly-budget`,
    metricNamespace: stack,
  };
}

type NameKey = keyof EnvironmentNames;

/** AWS's limit on the length of a name, and the page that states it. */
interface NameLimit {
  readonly what: string;
  readonly max: number;
  readonly source: string;
}

const NAME_LIMITS: Readonly<Record<NameKey, NameLimit>> = {
  stack: {
    what: "tag value",
    max: 256,
    source: "https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html",
  },
  apiStage: {
    what: "API stage",
    max: 128,
    source: "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html",
  },
  keyAlias: {
    what: "KMS alias",
    max: 256,
    source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html",
  },
  databaseSecret: {
    what: "secret",
    max: 512,
    source: "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html",
  },
  razorpaySecret: {
    what: "secret",
    max: 512,
    source: "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html",
  },
  cluster: {
    what: "DB cluster identifier",
    max: 63,
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html",
  },
  writerInstance: {
    what: "DB instance identifier",
    max: 63,
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
  },
  databaseSubnetGroup: {
    what: "DB subnet group",
    max: 255,
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html",
  },
  clusterParameterGroup: {
    what: "DB cluster parameter group",
    max: 255,
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterParameterGroup.html",
  },
  monitoringRole: {
    what: "IAM role",
    max: 64,
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
  },
  imagesBucket: {
    what: "S3 bucket",
    max: 63,
    source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
  },
  invoicesBucket: {
    what: "S3 bucket",
    max: 63,
    source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
  },
  originAccessControl: {
    what: "origin access control",
    max: 64,
    source: "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html",
  },
  lambdaSecurityGroup: {
    what: "security group",
    max: 255,
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
  },
  databaseSecurityGroup: {
    what: "security group",
    max: 255,
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
  },
  endpointSecurityGroup: {
    what: "security group",
    max: 255,
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
  },
  function: {
    what: "Lambda function",
    max: 64,
    source: "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
  },
  functionLogGroup: {
    what: "log group",
    max: 512,
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
  },
  migrateFunction: {
    what: "Lambda function",
    max: 64,
    source: "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
  },
  migrateFunctionLogGroup: {
    what: "log group",
    max: 512,
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
  },
  api: {
    what: "REST API",
    max: 1024,
    source: "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateRestApi.html",
  },
  apiAccessLogGroup: {
    what: "log group",
    max: 512,
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
  },
  usagePlan: {
    what: "usage plan",
    max: 255,
    source: "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateUsagePlan.html",
  },
  alarmTopic: {
    what: "SNS topic",
    max: 256,
    source: "https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html",
  },
  dashboard: {
    what: "dashboard",
    max: 255,
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html",
  },
  budget: {
    what: "budget",
    max: 100,
    source: "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html",
  },
  metricNamespace: {
    what: "metric namespace",
    max: 255,
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html",
  },
};

/**
 * Names of an environment that are too long for AWS, one sentence each; empty if there are none.
 *
 * @param env - the environment's name
 */
export function nameProblems(env: string): string[] {
  const names = environmentNames(env);
  return (Object.keys(NAME_LIMITS) as NameKey[])
    .filter((key) => names[key].length > NAME_LIMITS[key].max)
    .map((key) => {
      const { what, max, source } = NAME_LIMITS[key];
      return `${what} "${names[key]}" has ${String(names[key].length)} characters, AWS accepts at most ${String(max)} (${source})`;
    });
}

/**
 * What to do about an environment's name that is too long, in one sentence.
 *
 * @param env - the environment's name
 * @returns undefined when AWS accepts every name that is formed from it
 */
export function lengthProblem(env: string): string | undefined {
  const [problem] = nameProblems(env);
  if (problem === undefined) {
    return undefined;
  }
  let longest = env.length;
  while (nameProblems(env.slice(0, longest)).length > 0) {
    longest -= 1;
  }
  return `use at most ${String(longest)} characters: ${problem}`;
}

/** ARNs that policies name before the resource exists, or without depending on it. */
export interface EnvironmentArns {
  /** This environment's log groups: the functions', the API's access log, the API's execution log. */
  readonly logGroups: readonly string[];
  /** Every alarm of this environment. */
  readonly alarms: string;
  /** Every database instance of this environment. */
  readonly databaseInstances: string;
}

/**
 * ARN patterns of one environment.
 *
 * @param account - account and region
 * @param names - from {@link environmentNames}
 */
export function environmentArns(account: AwsAccount, names: EnvironmentNames): EnvironmentArns {
  const logGroup = (name: string): string => regionalArn(account, "logs", `log-group:${name}`);
  return {
    logGroups: [
      logGroup(names.functionLogGroup),
      logGroup(names.migrateFunctionLogGroup),
      logGroup(names.apiAccessLogGroup),
      // API Gateway names this group itself, by the API's id, which AWS assigns.
      logGroup(`API-Gateway-Execution-Logs_*/${names.apiStage}`),
    ],
    alarms: regionalArn(account, "cloudwatch", `alarm:${names.stack}-*`),
    databaseInstances: regionalArn(account, "rds", `db:${names.stack}-*`),
  };
}
