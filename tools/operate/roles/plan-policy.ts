import type { AwsAccount } from "../../../src/shared/aws-account";
import type { IdentityStatement } from "../../../src/constructs/security/policy-document";
import { PROJECT } from "../../../src/config/names";
import { ProjectArns, type PolicyEnvironment, type ManagedPolicy } from "./project-arns";

/** Role that plans; it is in `secretReaderArns`. */
export const PLAN_ROLE = `${PROJECT}-plan`;

/** Role that applies; it is in `secretReaderArns`. */
export const DEPLOY_ROLE = `${PROJECT}-deploy`;

/**
 * Permissions to plan: Terraform's read of every resource, its lock, the database secret, and what the preflight
 * checks. An apply reads the same, so the deploying role has these policies too. There is more than one document
 * because AWS limits a policy's length.
 *
 * `sts:GetCallerIdentity` is not in it: AWS allows it to everyone.
 *
 * @param account - account of the environments
 * @param environments - the environments to plan
 */
export function planPolicy(account: AwsAccount, environments: readonly PolicyEnvironment[]): ManagedPolicy[] {
  const arns = new ProjectArns(account, environments);
  return [
    { name: PLAN_ROLE, statements: [...readState(arns), ...readSecrets(arns), ...readStorage(arns), ...lists()] },
    { name: `${PLAN_ROLE}-resources`, statements: readByName(arns) },
  ];
}

/**
 * Reads state, including older versions: if the newest is broken, the preflight finds the last intact one. Also writes
 * and deletes the lock, because a plan locks too.
 */
function readState(arns: ProjectArns): IdentityStatement[] {
  return [
    {
      Sid: "StateBucket",
      Effect: "Allow",
      Action: ["s3:GetBucketVersioning", "s3:ListBucket", "s3:ListBucketVersions"],
      Resource: arns.stateBucket,
    },
    { Sid: "ReadState", Effect: "Allow", Action: ["s3:GetObject", "s3:GetObjectVersion"], Resource: arns.states },
    {
      Sid: "Lock",
      Effect: "Allow",
      Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: arns.locks,
    },
  ];
}

/** Reads the value of the database secret, and whether the Razorpay secret has a value. */
function readSecrets(arns: ProjectArns): IdentityStatement[] {
  const database = arns.secrets("databaseSecret");
  return [
    {
      Sid: "DescribeSecrets",
      Effect: "Allow",
      Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
      Resource: [...database, ...arns.secrets("razorpaySecret")],
    },
    { Sid: "ReadDatabaseSecret", Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: database },
    {
      Sid: "DecryptDatabaseSecret",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: arns.regional("kms", "key/*"),
      Condition: arns.forSecrets(database),
    },
  ];
}

function readStorage(arns: ProjectArns): IdentityStatement[] {
  return [
    {
      Sid: "Buckets",
      Effect: "Allow",
      Action: [
        "s3:GetAccelerateConfiguration",
        "s3:GetBucketAcl",
        "s3:GetBucketCORS",
        "s3:GetBucketLogging",
        "s3:GetBucketObjectLockConfiguration",
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketPolicy",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketRequestPayment",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetBucketWebsite",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:GetReplicationConfiguration",
        "s3:ListBucket",
      ],
      Resource: arns.buckets,
    },
  ];
}

function readByName(arns: ProjectArns): IdentityStatement[] {
  return [
    {
      Sid: "Roles",
      Effect: "Allow",
      Action: ["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
      Resource: [
        ...arns.monitoringRoles,
        ...arns.executionRoles,
        // The preflight asks for the path of the caller's own role.
        ...[PLAN_ROLE, DEPLOY_ROLE].map((role) => arns.global("iam", `role/${role}`)),
      ],
    },
    {
      Sid: "Functions",
      Effect: "Allow",
      Action: [
        "lambda:GetAlias",
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:GetPolicy",
        "lambda:ListVersionsByFunction",
      ],
      Resource: arns.functions,
    },
    {
      Sid: "Database",
      Effect: "Allow",
      Action: [
        "rds:DescribeDBClusterParameterGroups",
        "rds:DescribeDBClusterParameters",
        "rds:DescribeDBClusters",
        "rds:DescribeDBInstances",
        "rds:DescribeDBSubnetGroups",
        "rds:ListTagsForResource",
      ],
      Resource: arns.each(({ stack }) => arns.regional("rds", `*:${stack}-*`)),
    },
    {
      Sid: "LogGroups",
      Effect: "Allow",
      Action: ["logs:DescribeMetricFilters", "logs:ListTagsForResource"],
      Resource: arns.logGroups,
    },
    {
      Sid: "Alarms",
      Effect: "Allow",
      Action: ["cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource"],
      Resource: [...arns.alarms, ...arns.each(({ dashboard }) => arns.global("cloudwatch", `dashboard/${dashboard}`))],
    },
    {
      Sid: "AlarmTopic",
      Effect: "Allow",
      Action: [
        "sns:GetSubscriptionAttributes",
        "sns:GetTopicAttributes",
        "sns:ListSubscriptionsByTopic",
        "sns:ListTagsForResource",
      ],
      Resource: arns.each(({ alarmTopic }) => arns.regional("sns", `${alarmTopic}*`)),
    },
    {
      Sid: "Budget",
      Effect: "Allow",
      Action: ["budgets:ListTagsForResource", "budgets:ViewBudget"],
      Resource: arns.each(({ budget }) => arns.global("budgets", `budget/${budget}`)),
    },
    {
      // AWS assigns the ids, and the parts of an API have no tags.
      Sid: "Api",
      Effect: "Allow",
      Action: "apigateway:GET",
      Resource: ["/account", "/restapis/*", "/usageplans/*"].map((path) => arns.apiGateway(path)),
    },
    {
      // AWS assigns the ids.
      Sid: "Cdn",
      Effect: "Allow",
      Action: ["cloudfront:GetDistribution", "cloudfront:GetOriginAccessControl", "cloudfront:ListTagsForResource"],
      Resource: ["distribution/*", "origin-access-control/*"].map((kind) => arns.global("cloudfront", kind)),
    },
    {
      // AWS assigns the ids. This reads the key's policy and settings, not what it encrypts.
      Sid: "Key",
      Effect: "Allow",
      Action: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
      Resource: arns.regional("kms", "key/*"),
    },
  ];
}

/** Lists, which AWS allows as a whole or not at all. None shows the contents of a resource. */
function lists(): IdentityStatement[] {
  return [
    {
      Sid: "Lists",
      Effect: "Allow",
      Action: [
        "ce:ListCostAllocationTags",
        "cloudwatch:DescribeAlarms",
        "ec2:DescribeAddresses",
        "ec2:DescribeAddressesAttribute",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeNatGateways",
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribePrefixLists",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcAttribute",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeVpcs",
        "kms:ListAliases",
        "logs:DescribeLogGroups",
        "rds:DescribeGlobalClusters",
        "secretsmanager:GetRandomPassword",
      ],
      Resource: "*",
    },
  ];
}
