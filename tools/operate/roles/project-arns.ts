import type { AwsAccount } from "../../../src/shared/aws-account";
import type { EnvironmentConfig } from "../../../src/config/schema";
import {
  identityPolicy,
  type IdentityStatement,
  type PolicyConditions,
} from "../../../src/constructs/security/policy-document";
import { environmentArns, environmentNames, stackName, stateBucketName } from "../../../src/config/names";

/** Characters of a managed policy, white space not counted. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MANAGED_POLICY_LIMIT = 6_144;

/** What a policy has to know of an environment. */
export type PolicyEnvironment = Pick<EnvironmentConfig, "name" | "protectData" | "lambdaExecutionRoleArn">;

/** A managed policy of one of the roles. */
export interface ManagedPolicy {
  /** Name in the account. */
  readonly name: string;
  readonly statements: readonly IdentityStatement[];
}

/**
 * Policies in the form in which `aws iam create-policy --cli-input-json` takes each.
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

/** ARNs of what an account's environments are made of, as patterns where AWS assigns a part. */
export class ProjectArns {
  /** Values of the `Stack` tag. */
  public readonly stacks: readonly string[];

  public constructor(
    private readonly account: AwsAccount,
    private readonly environments: readonly PolicyEnvironment[],
  ) {
    this.stacks = environments.map(({ name }) => stackName(name));
  }

  /** Applies to what AWS makes with the `Stack` tag of an environment. */
  public get madeWithTag(): PolicyConditions {
    return { StringEquals: { "aws:RequestTag/Stack": this.stacks } };
  }

  /** Applies to what bears the `Stack` tag of an environment. */
  public get tagged(): PolicyConditions {
    return { StringEquals: { "aws:ResourceTag/Stack": this.stacks } };
  }

  /** In this account and region. */
  public regional(service: string, resource: string): string {
    return `arn:aws:${service}:${this.account.region}:${this.account.id}:${resource}`;
  }

  /** In this account, of a service that has no regions. */
  public global(service: string, resource: string): string {
    return `arn:aws:${service}::${this.account.id}:${resource}`;
  }

  /** What a service calls itself where it calls another one for somebody. */
  public service(name: string): string {
    return `${name}.${this.account.region}.amazonaws.com`;
  }

  /** A part of API Gateway's interface: its ARNs are the paths of its requests. */
  public apiGateway(path: string): string {
    return `arn:aws:apigateway:${this.account.region}::${path}`;
  }

  /** One ARN of each environment. */
  public each(arn: (names: ReturnType<typeof environmentNames>) => string): string[] {
    return this.environments.map(({ name }) => arn(environmentNames(name)));
  }

  /** Functions, with their versions and aliases. */
  public get functions(): string[] {
    return [...this.each((names) => names.function), ...this.each((names) => names.migrateFunction)].map((name) =>
      this.regional("lambda", `function:${name}*`),
    );
  }

  /** AWS completes a secret's name by a hyphen and six characters. */
  public secrets(which: "databaseSecret" | "razorpaySecret"): string[] {
    return this.each((names) => this.regional("secretsmanager", `secret:${names[which]}-??????`));
  }

  /** Some of CloudWatch Logs' actions ask for the group's ARN, others for that with `:*` behind it. */
  public get logGroups(): string[] {
    return this.environments.flatMap(({ name }) =>
      environmentArns(this.account, environmentNames(name)).logGroups.map((arn) => `${arn}*`),
    );
  }

  public get alarms(): string[] {
    return this.environments.map(({ name }) => environmentArns(this.account, environmentNames(name)).alarms);
  }

  public get buckets(): string[] {
    return this.each((names) => `arn:aws:s3:::${names.stack}-*`);
  }

  /** Buckets that Terraform empties before it deletes them. */
  public get disposableBuckets(): string[] {
    return this.environments
      .filter(({ protectData }) => !protectData)
      .map(({ name }) => `arn:aws:s3:::${stackName(name)}-*`);
  }

  public get stateBucket(): string {
    return `arn:aws:s3:::${stateBucketName(this.account.id)}`;
  }

  /** State of the environments; the foundation's is the bootstrap's. */
  public get states(): string[] {
    return this.stacks.map((stack) => `${this.stateBucket}/${stack}.tfstate`);
  }

  /** Lock files beside the states. */
  public get locks(): string[] {
    return this.states.map((state) => `${state}.tflock`);
  }

  public get executionRoles(): string[] {
    return [...new Set(this.environments.map(({ lambdaExecutionRoleArn }) => lambdaExecutionRoleArn))];
  }

  public get monitoringRoles(): string[] {
    return this.each(({ monitoringRole }) => this.global("iam", `role/${monitoringRole}`));
  }

  /**
   * Use of a key for the project's secrets and for nothing else. By what is encrypted and not by the key's tag
   * or alias: KMS may take minutes to know a new one, and the first apply uses the key at once.
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
