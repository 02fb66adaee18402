import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import { regionalArn } from "../../shared/arn";
import type { AwsAccount } from "../../shared/aws-account";
import type { EncryptionKey } from "./encryption-key";
import type { ExternalRole } from "./external-role";
import { policyDocument, type PolicyStatement } from "./policy-document";
import { statementId } from "./statement-id";

/** Days in which a deleted secret can be restored; Secrets Manager's own maximum. */
const RECOVERY_WINDOW_DAYS = 30;

/** Permissions to read a secret. */
const READ_ACTIONS = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"];

/** Inputs of {@link Secret}. */
export interface SecretProps {
  /** Name. AWS appends a hyphen and six random characters to it in the ARN. */
  readonly name: string;
  /** Account and region of the secret. */
  readonly account: AwsAccount;
  /**
   * What the secret holds, and how a person fills it if one does.
   *
   * @default - the secret has no description
   */
  readonly description?: string;
  /**
   * Encrypts the secret. The secret adds what Secrets Manager and its readers need to the key's policy.
   *
   * @default - the key of Secrets Manager, `aws/secretsmanager`
   */
  readonly key?: EncryptionKey;
  /**
   * Principals that may read in addition to the roles that are granted it, if IAM allows them to. Everyone else is
   * denied. Terraform reads what it manages in every plan: name the principals that plan and apply.
   *
   * @default - the roles that are granted it alone
   */
  readonly otherReaderArns?: readonly string[];
  /**
   * Days in which the secret can be restored after it was deleted, 7 to 30; its name stays taken that long. 0
   * deletes it at once.
   *
   * @default 30
   */
  readonly recoveryWindowDays?: number;
}

/** A secret that only listed principals can read. Does not hold a value itself. */
export class Secret extends Construct {
  /** ARN, with the random suffix. */
  public readonly arn: string;
  /** Id by which other resources refer to the secret. */
  public readonly secretId: string;
  readonly #props: SecretProps;
  readonly #readers: ExternalRole[] = [];

  public constructor(scope: Construct, id: string, props: SecretProps) {
    super(scope, id);
    this.#props = props;
    const secret = new SecretsmanagerSecret(this, "Resource", {
      name: props.name,
      description: props.description,
      kmsKeyId: props.key?.arn,
      recoveryWindowInDays: props.recoveryWindowDays ?? RECOVERY_WINDOW_DAYS,
    });
    new SecretsmanagerSecretPolicy(this, "Policy", {
      secretArn: secret.arn,
      policy: Lazy.stringValue({ produce: () => readersOnly(this.#readers, props.otherReaderArns ?? []) }),
      blockPublicPolicy: true,
    });
    props.key?.grantSecretsManager();
    this.arn = secret.arn;
    this.secretId = secret.id;
  }

  /**
   * Lets a role read the value, and decrypt it. Granting it again changes nothing.
   *
   * @param role - gets a statement in the secret's policy and one in its own
   */
  public grantRead(role: ExternalRole): void {
    const { account, key, name } = this.#props;
    if (this.#readers.includes(role)) {
      return;
    }
    key?.grantUse(role, "secretsmanager");
    this.#readers.push(role);
    role.allow({
      Sid: statementId(this, "Read"),
      Action: READ_ACTIONS,
      // The suffix that AWS appends is unknown before apply.
      Resource: regionalArn(account, "secretsmanager", `secret:${name}-??????`),
    });
  }
}

/** `Resource` is `"*"` because the policy of a secret applies to that secret alone. */
function readersOnly(roles: readonly ExternalRole[], otherArns: readonly string[]): string {
  const readerArns = [...roles.map(({ arn }) => arn), ...otherArns];
  return policyDocument([
    ...roles.map(({ title, arn }): PolicyStatement => ({
      Sid: `${title}Reads`,
      Effect: "Allow",
      Principal: { AWS: arn },
      Action: READ_ACTIONS,
      Resource: "*",
    })),
    {
      Sid: "NobodyElseReads",
      Effect: "Deny",
      Principal: "*",
      Action: "secretsmanager:GetSecretValue",
      Resource: "*",
      // IAM refuses a condition without a value. Without readers everyone is denied.
      ...(readerArns.length > 0 && { Condition: { ArnNotEquals: { "aws:PrincipalArn": readerArns } } }),
    },
  ]);
}
