import type { IdentityStatement } from "../../src/constructs/security/policy-document";

/** A request to the emulated AWS, as `tools/develop/rehearsal/emulator.py` records it. */
export interface RecordedRequest {
  /** Name of the service in the request's signature. */
  readonly service: string;
  /** Operation; empty for S3, which has none in its requests. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** Names of the query's parameters. */
  readonly query: readonly string[];
  /** True if Terraform sent it: its provider, or its state backend. */
  readonly terraform: boolean;
}

/** What a policy must allow for a request. */
export interface NeededPermission {
  readonly action: string;
  /** @default - the request's own path does not say which resource it speaks of */
  readonly resource?: string;
}

/** Requests that AWS allows everyone. @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const FREE = ["sts:GetCallerIdentity"];

/** Services whose actions begin by another word than their signatures have. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/** Operations whose action has another name. */
const RENAMED: Readonly<Record<string, string>> = {
  "budgets:CreateBudget": "budgets:ModifyBudget",
  "budgets:CreateNotification": "budgets:ModifyBudget",
  "budgets:DeleteBudget": "budgets:ModifyBudget",
  "budgets:DescribeBudget": "budgets:ViewBudget",
  "budgets:DescribeNotificationsForBudget": "budgets:ViewBudget",
  "budgets:DescribeSubscribersForNotification": "budgets:ViewBudget",
  "cloudfront:CreateDistributionWithTags": "cloudfront:CreateDistribution",
};

/**
 * What distinguishes S3's requests on a bucket, and the last part of the actions that read and write it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const BUCKET_PARTS: Readonly<Record<string, string>> = {
  accelerate: "AccelerateConfiguration",
  acl: "BucketAcl",
  cors: "BucketCORS",
  encryption: "EncryptionConfiguration",
  lifecycle: "LifecycleConfiguration",
  logging: "BucketLogging",
  "object-lock": "BucketObjectLockConfiguration",
  ownershipControls: "BucketOwnershipControls",
  policy: "BucketPolicy",
  publicAccessBlock: "BucketPublicAccessBlock",
  replication: "ReplicationConfiguration",
  requestPayment: "BucketRequestPayment",
  tagging: "BucketTagging",
  versioning: "BucketVersioning",
  website: "BucketWebsite",
};

/**
 * The permission that AWS requires for a request.
 *
 * @param region - of API Gateway's ARNs
 * @returns undefined if everyone may
 */
export function neededPermission(request: RecordedRequest, region: string): NeededPermission | undefined {
  if (request.service === "s3") {
    return bucketPermission(request);
  }
  if (request.service === "apigateway") {
    return {
      action: `apigateway:${request.method}`,
      resource: `arn:aws:apigateway:${region}::${request.path}`,
    };
  }
  const action = `${PREFIXES[request.service] ?? request.service}:${request.operation}`;
  return FREE.includes(action) ? undefined : { action: RENAMED[action] ?? action };
}

/** The address of an object or of its bucket is the path; which part of a bucket is meant is the query. */
function bucketPermission({ method, path, query }: RecordedRequest): NeededPermission {
  const [bucket = "", ...key] = path.split("/").filter(Boolean);
  const resource = ["arn:aws:s3:::" + bucket, ...key].join("/");
  return { action: `s3:${key.length > 0 ? objectAction(method, query) : bucketAction(method, query)}`, resource };
}

function objectAction(method: string, query: readonly string[]): string {
  const verb = { GET: "GetObject", HEAD: "GetObject", PUT: "PutObject", DELETE: "DeleteObject" }[method];
  return `${verb ?? method}${query.includes("versionId") ? "Version" : ""}`;
}

function bucketAction(method: string, query: readonly string[]): string {
  const part = Object.keys(BUCKET_PARTS).find((name) => query.includes(name));
  if (part !== undefined) {
    const what = BUCKET_PARTS[part] ?? part;
    // Only a bucket's policy has an action of its own for its removal; the rest counts as writing.
    const verb = method === "GET" ? "Get" : method === "DELETE" && part === "policy" ? "Delete" : "Put";
    return verb + what;
  }
  if (method === "PUT") {
    return "CreateBucket";
  }
  if (method === "DELETE") {
    return "DeleteBucket";
  }
  return query.includes("versions") ? "ListBucketVersions" : "ListBucket";
}

/**
 * Whether statements allow a permission, as far as actions and known resources go. Conditions are not looked
 * at: what they ask of is not in a request's path.
 */
export function allows(statements: readonly IdentityStatement[], { action, resource }: NeededPermission): boolean {
  return statements.some(
    (statement) =>
      statement.Effect === "Allow" &&
      listed(statement.Action).includes(action) &&
      (resource === undefined || listed(statement.Resource).some((pattern) => matches(pattern, resource))),
  );
}

/** Every action that statements name. */
export function actionsOf(statements: readonly IdentityStatement[]): string[] {
  return [...new Set(statements.flatMap(({ Action }) => listed(Action)))].sort();
}

function listed(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
function matches(pattern: string, arn: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(arn);
}

const BY_CREATION = "AWS asks for it beside the creation, of a request that names tags; there is no request of its own";
const BY_SERVICE = "a service asks for it in its caller's name; there is no request of the caller's own";
const BY_CHANGE = "the rehearsal makes, rotates and destroys; this is how a setting is changed later";
const BY_LEFTOVER = "only where there is something left over, which an emulated service never leaves";

const BY_LOST_STATE = "the preflight looks for an older state only where the state is missing or broken";

/** Actions that the policies allow and no rehearsal shows, each with the reason why it is allowed. */
export const UNRECORDED: Readonly<Record<string, string>> = {
  "budgets:TagResource": BY_CREATION,
  "budgets:UntagResource": BY_CHANGE,
  "cloudfront:TagResource": BY_CREATION,
  "cloudfront:UntagResource": BY_CHANGE,
  "cloudfront:UpdateOriginAccessControl": BY_CHANGE,
  "cloudwatch:TagResource": BY_CREATION,
  "cloudwatch:UntagResource": BY_CHANGE,
  "ec2:DeleteNetworkInterface": BY_LEFTOVER,
  "ec2:DeleteTags": BY_CHANGE,
  "ec2:DetachNetworkInterface": BY_LEFTOVER,
  "ec2:ModifySecurityGroupRules": BY_CHANGE,
  "ec2:ModifySubnetAttribute": BY_CHANGE,
  "ec2:ModifyVpcEndpoint": BY_CHANGE,
  "ec2:ReplaceRoute": BY_CHANGE,
  "iam:CreateServiceLinkedRole": BY_SERVICE,
  "iam:PassRole": BY_SERVICE,
  "iam:TagRole": BY_CREATION,
  "iam:UntagRole": BY_CHANGE,
  "iam:UpdateAssumeRolePolicy": BY_CHANGE,
  "iam:UpdateRole": BY_CHANGE,
  "iam:UpdateRoleDescription": BY_CHANGE,
  "kms:CreateGrant": BY_SERVICE,
  "kms:Decrypt": BY_SERVICE,
  "kms:GenerateDataKey": BY_SERVICE,
  "kms:PutKeyPolicy": BY_CHANGE,
  "kms:TagResource": BY_CREATION,
  "kms:UntagResource": BY_CHANGE,
  "kms:UpdateAlias": BY_CHANGE,
  "kms:UpdateKeyDescription": BY_CHANGE,
  "lambda:PublishVersion": BY_CHANGE,
  "lambda:TagResource": BY_CREATION,
  "lambda:UntagResource": BY_CHANGE,
  "lambda:UpdateAlias": BY_CHANGE,
  "lambda:UpdateFunctionCode": BY_CHANGE,
  "lambda:UpdateFunctionConfiguration": BY_CHANGE,
  "logs:AssociateKmsKey": BY_CHANGE,
  "logs:DeleteRetentionPolicy": BY_CHANGE,
  "logs:DisassociateKmsKey": BY_CHANGE,
  "logs:TagResource": BY_CREATION,
  "logs:UntagResource": BY_CHANGE,
  "rds:AddTagsToResource": BY_CREATION,
  "rds:CreateDBClusterSnapshot": BY_SERVICE,
  "rds:DisableHttpEndpoint": BY_CHANGE,
  "rds:EnableHttpEndpoint": BY_CHANGE,
  "rds:ModifyDBInstance": BY_CHANGE,
  "rds:ModifyDBSubnetGroup": BY_CHANGE,
  "rds:RemoveTagsFromResource": BY_CHANGE,
  "rds:ResetDBClusterParameterGroup": BY_CHANGE,
  "s3:DeleteObjectVersion": BY_LEFTOVER,
  "s3:GetObjectVersion": BY_LOST_STATE,
  "s3:ListBucketVersions": BY_LOST_STATE,
  "secretsmanager:TagResource": BY_CREATION,
  "secretsmanager:UntagResource": BY_CHANGE,
  "secretsmanager:UpdateSecret": BY_CHANGE,
  "secretsmanager:UpdateSecretVersionStage":
    "a version that a person superseded by hand still has a label, which is taken when a rotation deletes it",
  "sns:SetSubscriptionAttributes": BY_CHANGE,
  "sns:TagResource": BY_CREATION,
  "sns:UntagResource": BY_CHANGE,
};
