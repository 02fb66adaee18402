import type { AwsAccount } from "../../../src/shared/aws-account";
import type { EnvironmentConfig } from "../../../src/config/schema";
import {
  identityPolicy,
  type IdentityStatement,
  type PolicyConditions,
} from "../../../src/constructs/security/policy-document";
import { apiGatewayArn, bucketArn, globalArn, regionalArn } from "../../../src/shared/arn";
import { LOCK_ENDING } from "../../shared/aws/state-object";
import { environmentArns, environmentNames, stackName, stateBucketName } from "../../../src/config/names";

/** The most characters of a managed policy, without white space. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MANAGED_POLICY_LIMIT = 6_144;

/** What a policy needs to know about an environment. */
export type PolicyEnvironment = Pick<EnvironmentConfig, "name" | "protectData" | "lambdaExecutionRoleArn">;

/** A managed policy of one of the roles. */
export interface ManagedPolicy {
  /** Name in the account. */
  readonly name: string;
  readonly statements: readonly IdentityStatement[];
}

/**
 * Policies as the input of `aws iam create-policy --cli-input-json`.
 *
 * @returns JSON: a list of `PolicyName` and `PolicyDocument`
 */
export function createPolicyInputs(policies: readonly ManagedPolicy[]): string {
  return JSON.stringify(
    policies.map(({ name, statements }) => ({ PolicyName: name, PolicyDocument: identityPolicy(statements) })),
    undefined,
    2,
  );
}

/** ARNs of the resources of all environments of an account; patterns if AWS assigns a part. */
export class ProjectArns {
  /** Values of the `Stack` tag. */
  public readonly stacks: readonly string[];

  public constructor(
    private readonly account: AwsAccount,
    private readonly environments: readonly PolicyEnvironment[],
  ) {
    this.stacks = environments.map(({ name }) => stackName(name));
  }

  /** Applies to what is created with the `Stack` tag of an environment. */
  public get createdWithTag(): PolicyConditions {
    return { StringEquals: { "aws:RequestTag/Stack": this.stacks } };
  }

  /** Applies to what has the `Stack` tag of an environment. */
  public get tagged(): PolicyConditions {
    return { StringEquals: { "aws:ResourceTag/Stack": this.stacks } };
  }

  /** In this account and region. */
  public regional(service: string, resource: string): string {
    return regionalArn(this.account, service, resource);
  }

  /** In this account, for a service that has no regions. */
  public global(service: string, resource: string): string {
    return globalArn(this.account.id, service, resource);
  }

  /** The name under which a service calls KMS on a caller's behalf. */
  public service(name: string): string {
    return `${name}.${this.account.region}.amazonaws.com`;
  }

  /** A part of API Gateway's control plane. */
  public apiGateway(path: string): string {
    return apiGatewayArn(this.account.region, path);
  }

  /** One ARN per environment. */
  public each(arn: (names: ReturnType<typeof environmentNames>) => string): string[] {
    return this.environments.map(({ name }) => arn(environmentNames(name)));
  }

  /** Functions, with their versions and aliases. */
  public get functions(): string[] {
    return [...this.each((names) => names.function), ...this.each((names) => names.migrateFunction)].map((name) =>
      this.regional("lambda", `function:${name}*`),
    );
  }

  /** AWS appends a hyphen and six characters to a secret's name. */
  public secrets(which: "databaseSecret" | "razorpaySecret"): string[] {
    return this.each((names) => this.regional("secretsmanager", `secret:${names[which]}-??????`));
  }

  /** Some actions of CloudWatch Logs need the group's ARN, others the ARN with `:*` at its end. */
  public get logGroups(): string[] {
    return this.environments.flatMap(({ name }) =>
      environmentArns(this.account, environmentNames(name)).logGroups.map((arn) => `${arn}*`),
    );
  }

  public get alarms(): string[] {
    return this.environments.map(({ name }) => environmentArns(this.account, environmentNames(name)).alarms);
  }

  public get buckets(): string[] {
    return this.each((names) => bucketArn(`${names.stack}-*`));
  }

  /** Buckets that Terraform empties before it deletes them. */
  public get disposableBuckets(): string[] {
    return this.environments
      .filter(({ protectData }) => !protectData)
      .map(({ name }) => bucketArn(`${stackName(name)}-*`));
  }

  public get stateBucket(): string {
    return bucketArn(stateBucketName(this.account.id));
  }

  /** State of the environments; the foundation's state belongs to the bootstrap. */
  public get states(): string[] {
    return this.stacks.map((stack) => `${this.stateBucket}/${stack}.tfstate`);
  }

  /** Lock files of the states. */
  public get locks(): string[] {
    return this.states.map((state) => state + LOCK_ENDING);
  }

  public get executionRoles(): string[] {
    return [...new Set(this.environments.map(({ lambdaExecutionRoleArn }) => lambdaExecutionRoleArn))];
  }

  public get monitoringRoles(): string[] {
    return this.each(({ monitoringRole }) => this.global("iam", `role/${monitoringRole}`));
  }

  /**
   * Use of a key for the project's secrets and for nothing else. Identifies what is encrypted, not the key's tag or
   * alias: KMS may take minutes to apply a new one, and the first apply uses the key at once.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
   */
  public forSecrets(secrets: readonly string[]): PolicyConditions {
    return {
      StringEquals: { "kms:ViaService": this.service("secretsmanager") },
      StringLike: { "kms:EncryptionContext:SecretARN": secrets },
    };
  }
}
