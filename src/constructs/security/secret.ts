import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";
import { policyDocument } from "./policy-document";

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
  /** IAM role that the secret is for. It is allowed to read. */
  readonly readerRoleArn: string;
  /** Principals that may read beside the role, if IAM lets them. Everyone else is denied. */
  readonly otherReaderArns: readonly string[];
  /** True keeps a deleted secret for 30 days; false frees its name at once. */
  readonly recoverable: boolean;
}

/** A secret under a customer managed key that only named principals can read. Holds no value itself. */
export class Secret extends Construct {
  /** ARN, with the random suffix. */
  public readonly arn: string;
  /** What other resources refer to the secret by. */
  public readonly secretId: string;

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
      policy: readersOnly(props.readerRoleArn, props.otherReaderArns),
      blockPublicPolicy: true,
    });
    this.arn = secret.arn;
    this.secretId = secret.id;
  }
}

/** `Resource` is `"*"` because a policy on a secret can speak of that secret alone. */
function readersOnly(roleArn: string, otherArns: readonly string[]): string {
  return policyDocument([
    {
      Sid: "ExecutionRoleReads",
      Effect: "Allow",
      Principal: { AWS: roleArn },
      Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      Resource: "*",
    },
    {
      Sid: "NobodyElseReads",
      Effect: "Deny",
      Principal: "*",
      Action: "secretsmanager:GetSecretValue",
      Resource: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": [roleArn, ...otherArns] } },
    },
  ]);
}
