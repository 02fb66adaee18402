import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import type { AwsAccount } from "../../shared/aws-account";
import type { ExternalRole } from "./external-role";
import { policyDocument, type PolicyStatement } from "./policy-document";

/** Days between a key's deletion and the end of what it encrypts; KMS's own maximum. */
const DELETION_WINDOW_DAYS = 30;

/** What encrypting and decrypting under a key takes. */
const USE_ACTIONS = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

/** What services do with the key for a caller who reads and writes what it encrypts. */
const DATA_ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey"];

/**
 * AWS services that use the key with their caller's permission.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
type CallingService = "s3" | "secretsmanager";

/** Inputs of {@link EncryptionKey}. */
export interface EncryptionKeyProps {
  /** Alias with its `alias/` prefix. */
  readonly alias: string;
  /** What a reader of the KMS console sees. */
  readonly description: string;
  /** Owner of the key. */
  readonly account: AwsAccount;
  /** IAM principal that administers the key. The key's policy gives it no use of the key. */
  readonly adminArn: string;
}

/**
 * A customer managed key with yearly rotation. Its policy starts with the account and the
 * administrator; every further user asks for its own statement.
 */
export class EncryptionKey extends Construct {
  /** ARN of the key. */
  public readonly arn: string;
  /** Where the key stands, and with it everything that it encrypts. */
  public readonly account: AwsAccount;
  readonly #alias: string;
  readonly #statements: PolicyStatement[];

  public constructor(scope: Construct, id: string, { alias, description, account, adminArn }: EncryptionKeyProps) {
    super(scope, id);
    this.account = account;
    this.#alias = alias;
    this.#statements = [delegateToIam(account), administer(adminArn)];
    const key = new KmsKey(this, "Resource", {
      description,
      enableKeyRotation: true,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      policy: Lazy.stringValue({ produce: () => policyDocument(this.#statements) }),
    });
    new KmsAlias(this, "Alias", { name: alias, targetKeyId: key.keyId });
    this.arn = key.arn;
  }

  /**
   * Lets a role encrypt and decrypt. Its own policy asks for less: through these services, and with the key
   * that bears the alias, since nobody knows the key's id before it is made.
   *
   * @param role - gets a statement in the key's policy and one in its own
   * @param services - whose data under this key the role reads and writes
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-resource-aliases
   */
  public grantUse(role: ExternalRole, services: readonly CallingService[]): void {
    this.#statements.push({
      Sid: `${role.title}Use`,
      Effect: "Allow",
      Principal: { AWS: role.arn },
      Action: USE_ACTIONS,
      Resource: "*",
    });
    const { id, region } = this.account;
    role.allow({
      Sid: `${this.node.id}Use`,
      Action: DATA_ACTIONS,
      Resource: `arn:aws:kms:${region}:${id}:key/*`,
      Condition: {
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": this.#alias },
        StringEquals: { "kms:ViaService": services.map((service) => `${service}.${region}.amazonaws.com`) },
      },
    });
  }

  /** Lets Secrets Manager encrypt and decrypt on behalf of this account. */
  public grantSecretsManager(): void {
    this.#grantService("SecretsManagerUse", "secretsmanager.amazonaws.com", USE_ACTIONS, {
      StringEquals: { "aws:SourceAccount": this.account.id },
    });
  }

  /**
   * Lets CloudWatch Logs encrypt these log groups.
   *
   * @param logGroupArns - ARNs without the trailing `:*`; wildcards are welcome
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   */
  public grantLogGroups(logGroupArns: readonly string[]): void {
    this.#grantService("CloudWatchLogsUse", `logs.${this.account.region}.amazonaws.com`, USE_ACTIONS, {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": logGroupArns },
    });
  }

  /**
   * Lets CloudWatch publish alarms to an encrypted topic; without it they are dropped silently.
   *
   * @param alarmArns - ARN pattern of the alarms
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
   */
  public grantAlarms(alarmArns: string): void {
    this.#grantService("CloudWatchAlarmsPublish", "cloudwatch.amazonaws.com", ["kms:Decrypt", "kms:GenerateDataKey*"], {
      StringEquals: { "aws:SourceAccount": this.account.id },
      ArnLike: { "aws:SourceArn": alarmArns },
    });
  }

  #grantService(
    sid: string,
    service: string,
    actions: readonly string[],
    condition: NonNullable<PolicyStatement["Condition"]>,
  ): void {
    this.#statements.push({
      Sid: sid,
      Effect: "Allow",
      Principal: { Service: service },
      Action: actions,
      Resource: "*",
      Condition: condition,
    });
  }
}

/** Without this statement no IAM policy could ever allow anything on the key, and AWS could not mend it. */
function delegateToIam({ id }: AwsAccount): PolicyStatement {
  return {
    Sid: "AccountDelegatesToIam",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${id}:root` },
    Action: "kms:*",
    Resource: "*",
  };
}

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators */
function administer(adminArn: string): PolicyStatement {
  return {
    Sid: "KeyAdministration",
    Effect: "Allow",
    Principal: { AWS: adminArn },
    Action: [
      "kms:CancelKeyDeletion",
      "kms:Create*",
      "kms:Delete*",
      "kms:Describe*",
      "kms:Disable*",
      "kms:Enable*",
      "kms:Get*",
      "kms:List*",
      "kms:Put*",
      "kms:Revoke*",
      "kms:RotateKeyOnDemand",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:Update*",
    ],
    Resource: "*",
  };
}
