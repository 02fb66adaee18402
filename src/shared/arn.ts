import type { AwsAccount } from "./aws-account";

/**
 * The parts of an ARN.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export interface Arn {
  /** Such as `aws`. */
  readonly partition: string;
  /** Such as `lambda`. */
  readonly service: string;
  /** Empty where the service has no regions. */
  readonly region: string;
  /** Twelve-digit account id, or `aws`; empty where the service does not name one. */
  readonly accountId: string;
  /** Everything after the account, such as `function:name`. */
  readonly resource: string;
}

/**
 * Takes an ARN apart.
 *
 * @returns undefined where the text is not an ARN
 */
export function parseArn(text: string): Arn | undefined {
  const match = /^arn:([^:]+):([^:]+):([^:]*):([^:]*):(.+)$/.exec(text);
  if (!match) {
    return undefined;
  }
  const [, partition = "", service = "", region = "", accountId = "", resource = ""] = match;
  return { partition, service, region, accountId, resource };
}

/**
 * ARN of a resource in an account and a region.
 *
 * @param account - Terraform tokens are allowed
 * @param service - such as `lambda`
 * @param resource - such as `function:name`; wildcards are allowed
 */
export function regionalArn({ id, region }: AwsAccount, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${id}:${resource}`;
}

/**
 * ARN of a resource of a service that has no regions, such as IAM.
 *
 * @param accountId - Terraform tokens are allowed
 * @param resource - such as `role/name`; wildcards are allowed
 */
export function globalArn(accountId: string, service: string, resource: string): string {
  return `arn:aws:${service}::${accountId}:${resource}`;
}

/**
 * ARN of a bucket, or of objects in it. Bucket names are unique across accounts, so the ARN has no account.
 *
 * @param key - of an object; wildcards are allowed @default - the bucket itself
 */
export function bucketArn(bucket: string, key?: string): string {
  return `arn:aws:s3:::${bucket}${key === undefined ? "" : `/${key}`}`;
}

/**
 * ARN of a part of API Gateway's control plane: the path of its requests.
 *
 * @param path - such as `/restapis/*`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
 */
export function apiGatewayArn(region: string, path: string): string {
  return `arn:aws:apigateway:${region}::${path}`;
}

/**
 * ARN of an action that API Gateway integrates with: the `uri` of an integration.
 *
 * @param service - whose API is called, such as `lambda`; it is where another ARN has the account
 * @param path - such as `path/2015-03-31/functions/ARN/invocations`
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html#apigw-PutIntegration-request-uri
 */
export function integrationArn(region: string, service: string, path: string): string {
  return `arn:aws:apigateway:${region}:${service}:${path}`;
}

/**
 * ARN of a managed policy that AWS maintains.
 *
 * @param policy - with its path, such as `service-role/AmazonRDSEnhancedMonitoringRole`
 */
export function awsManagedPolicyArn(policy: string): string {
  return globalArn("aws", "iam", `policy/${policy}`);
}

/** ARN of an account's root, which in a policy is every principal of the account. */
export function accountRootArn(accountId: string): string {
  return globalArn(accountId, "iam", "root");
}

/** Path and name of a role, as the IAM API takes them. */
export interface RoleName {
  /** With both its slashes, such as `/` or `/team/`. */
  readonly path: string;
  readonly name: string;
}

/**
 * Takes the ARN of a role apart.
 *
 * @returns undefined where it is not the ARN of a role; the ARN of a role's session is not
 */
export function parseRoleArn(arn: string): RoleName | undefined {
  const { resource, service } = parseArn(arn) ?? {};
  const [, path, name] = /^role(\/(?:.*\/)?)([^/]+)$/.exec(resource ?? "") ?? [];
  return service === "iam" && path !== undefined && name !== undefined ? { path, name } : undefined;
}
