import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";
import type { ExternalRole } from "./external-role";
import { policyDocument, type PolicyStatement } from "./policy-document";

/** Days in which a deleted secret can be brought back; Secrets Manager's own maximum. */
const RECOVERY_WINDOW_DAYS = 30;

/** Inputs of {@link Secret}. */
export interface SecretProps {
  /** Name, which AWS completes to an ARN by six random characters. */
  readonly name: string;
  /** What the secret holds, and how it is filled where a person fills it. */
  readonly description: string;
  /** Encrypts the secret. */
  readonly key: EncryptionKey;
  /** Principals that may read beside the roles that are granted it, if IAM lets them. Everyone else is denied. */
  readonly otherReaderArns: readonly string[];
  /** True keeps a deleted secret for 30 days; false frees its name at once. */
  readonly recoverable: boolean;
}

/** What reading a secret takes. */
const READ_ACTIONS = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"];

/** A secret under a customer managed key that only named principals can read. Holds no value itself. */
export class Secret extends Construct {
  /** ARN, with the random suffix. */
  public readonly arn: string;
  /** What other resources refer to the secret by. */
  public readonly secretId: string;
  readonly #arnPattern: string;
  readonly #readers: ExternalRole[] = [];

  public constructor(scope: Construct, id: string, props: SecretProps) {
    super(scope, id);
    const secret = new SecretsmanagerSecret(this, "Resource", {
      name: props.name,
      description: props.description,
      kmsKeyId: props.key.arn,
      // A deleted name stays taken for the window: 0 where environments come and go.
      recoveryWindowInDays: props.recoverable ? RECOVERY_WINDOW_DAYS : 0,
    });
    new SecretsmanagerSecretPolicy(this, "Policy", {
      secretArn: secret.arn,
      policy: Lazy.stringValue({ produce: () => readersOnly(this.#readers, props.otherReaderArns) }),
      blockPublicPolicy: true,
    });
    this.arn = secret.arn;
    this.secretId = secret.id;
    const { id: accountId, region } = props.key.account;
    // AWS completes the name by a hyphen and six characters.
    this.#arnPattern = `arn:aws:secretsmanager:${region}:${accountId}:secret:${props.name}-??????`;
  }

  /**
   * Lets a role read the value. The key that encrypts it is granted apart.
   *
   * @param role - gets a statement in the secret's policy and one in its own
   */
  public grantRead(role: ExternalRole): void {
    this.#readers.push(role);
    role.allow({ Sid: `${this.node.id}Read`, Action: READ_ACTIONS, Resource: this.#arnPattern });
  }
}

/** `Resource` is `"*"` because a policy on a secret can speak of that secret alone. */
function readersOnly(roles: readonly ExternalRole[], otherArns: readonly string[]): string {
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
      Condition: { ArnNotEquals: { "aws:PrincipalArn": [...roles.map(({ arn }) => arn), ...otherArns] } },
    },
  ]);
}
