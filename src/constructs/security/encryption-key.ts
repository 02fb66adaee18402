import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import { accountRootArn, regionalArn } from "../../shared/arn";
import type { AwsAccount } from "../../shared/aws-account";
import type { ExternalRole } from "./external-role";
import { policyDocument, type PolicyStatement } from "./policy-document";
import { statementId } from "./statement-id";

/** Days in which the deletion of a key can be cancelled; KMS's own maximum. */
const DELETION_WINDOW_DAYS = 30;

/** Permissions to encrypt and decrypt under a key. */
const USE_ACTIONS = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

/** What a service does with the key for a caller who reads and writes encrypted data. */
const DATA_ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey"];

/** Permissions to publish to an encrypted topic. */
const PUBLISH_ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey*"];

/**
 * AWS services that use the key with the permissions of their caller.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
type CallingService = "s3" | "secretsmanager";

/** Inputs of {@link EncryptionKey}. */
export interface EncryptionKeyProps {
  /** Alias with its `alias/` prefix. */
  readonly alias: string;
  /** Account that owns the key, and the region that it is in. */
  readonly account: AwsAccount;
  /**
   * What a reader of the KMS console sees.
   *
   * @default - the key has no description
   */
  readonly description?: string;
  /**
   * IAM principal that administers the key. The key's policy does not let it use the key.
   *
   * @default - the account's IAM policies decide who administers the key
   */
  readonly adminArn?: string;
}

/**
 * A customer managed key with yearly rotation. A construct that is encrypted under it adds its own statement to the
 * key's policy, so a stack never grants the key itself. RDS needs no statement: it uses grants that the principal that
 * applies the stack creates, which {@link delegateToIam} allows.
 */
export class EncryptionKey extends Construct {
  /** ARN of the key. */
  public readonly arn: string;
  readonly #props: EncryptionKeyProps;
  /** Roles that use the key, each with the service endpoints that it does so through. */
  readonly #users = new Map<ExternalRole, string[]>();
  #usedBySecretsManager = false;
  readonly #logGroupArns: string[] = [];
  readonly #alarmArns: string[] = [];

  public constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    this.#props = props;
    const key = new KmsKey(this, "Resource", {
      description: props.description,
      enableKeyRotation: true,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      policy: Lazy.stringValue({ produce: () => policyDocument(this.#statements()) }),
    });
    new KmsAlias(this, "Alias", { name: props.alias, targetKeyId: key.keyId });
    this.arn = key.arn;
  }

  /**
   * Lets a role encrypt and decrypt what it reads and writes in a service. {@link Secret} and {@link Bucket} call it
   * when they are granted; calling it again adds the service. The role's own policy allows less than the key's:
   * through these services, and with the key that has the alias, since the key's id is unknown before apply.
   *
   * @param role - gets a statement in the key's policy and one in its own
   * @param service - service that keeps the role's data under this key
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-resource-aliases
   */
  public grantUse(role: ExternalRole, service: CallingService): void {
    const { account, alias } = this.#props;
    const endpoint = `${service}.${account.region}.amazonaws.com`;
    const through = this.#users.get(role);
    if (through) {
      through.push(...(through.includes(endpoint) ? [] : [endpoint]));
      return;
    }
    const endpoints = [endpoint];
    this.#users.set(role, endpoints);
    role.allow({
      Sid: statementId(this, "Use"),
      Action: DATA_ACTIONS,
      Resource: regionalArn(account, "kms", "key/*"),
      Condition: {
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": alias },
        StringEquals: { "kms:ViaService": endpoints },
      },
    });
  }

  /** Lets Secrets Manager encrypt and decrypt on behalf of this account. {@link Secret} calls it. */
  public grantSecretsManager(): void {
    this.#usedBySecretsManager = true;
  }

  /**
   * Lets CloudWatch Logs encrypt a log group. {@link LogGroup} calls it.
   *
   * @param logGroupArn - ARN without the trailing `:*`; may contain wildcards
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   */
  public grantLogGroup(logGroupArn: string): void {
    this.#logGroupArns.push(logGroupArn);
  }

  /**
   * Lets CloudWatch publish alarms to an encrypted topic; without it they are dropped silently. {@link AlarmTopic}
   * calls it.
   *
   * @param alarmArns - ARN pattern of the alarms
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
   */
  public grantAlarms(alarmArns: string): void {
    this.#alarmArns.push(alarmArns);
  }

  /** The policy's statements in a fixed order, so that the order of the stack's constructs changes nothing. */
  #statements(): PolicyStatement[] {
    const { account, adminArn } = this.#props;
    const [firstAlarms, ...otherAlarms] = this.#alarmArns;
    return [
      delegateToIam(account),
      ...(adminArn === undefined ? [] : [administer(adminArn)]),
      ...[...this.#users.keys()].map(useByRole),
      ...(this.#usedBySecretsManager
        ? [
            useByService("SecretsManagerUse", "secretsmanager.amazonaws.com", USE_ACTIONS, {
              StringEquals: { "aws:SourceAccount": account.id },
            }),
          ]
        : []),
      ...(this.#logGroupArns.length > 0
        ? [
            useByService("CloudWatchLogsUse", `logs.${account.region}.amazonaws.com`, USE_ACTIONS, {
              ArnLike: { "kms:EncryptionContext:aws:logs:arn": this.#logGroupArns },
            }),
          ]
        : []),
      ...(firstAlarms === undefined
        ? []
        : [
            useByService("CloudWatchAlarmsPublish", "cloudwatch.amazonaws.com", PUBLISH_ACTIONS, {
              StringEquals: { "aws:SourceAccount": account.id },
              ArnLike: { "aws:SourceArn": otherAlarms.length > 0 ? this.#alarmArns : firstAlarms },
            }),
          ]),
    ];
  }
}

function useByRole({ title, arn }: ExternalRole): PolicyStatement {
  return { Sid: `${title}Use`, Effect: "Allow", Principal: { AWS: arn }, Action: USE_ACTIONS, Resource: "*" };
}

function useByService(
  sid: string,
  service: string,
  actions: readonly string[],
  condition: NonNullable<PolicyStatement["Condition"]>,
): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: service },
    Action: actions,
    Resource: "*",
    Condition: condition,
  };
}

/** Without this statement no IAM policy could ever allow anything on the key, and AWS could not fix it. */
function delegateToIam({ id }: AwsAccount): PolicyStatement {
  return {
    Sid: "AccountDelegatesToIam",
    Effect: "Allow",
    Principal: { AWS: accountRootArn(id) },
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
