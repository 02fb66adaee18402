import type { IdentityStatement } from "../../../src/constructs/security/policy-document";
import type { ProjectArns } from "./project-arns";

/** Encryption context of Secrets Manager's test of a key. @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html */
const KEY_TRIAL = "RequestToValidateKeyAccess";

/** State, buckets, secrets and the key. */
export function dataStatements(arns: ProjectArns): IdentityStatement[] {
  return [...state(arns), ...storage(arns), ...secrets(arns)];
}

function state(arns: ProjectArns): IdentityStatement[] {
  return [{ Sid: "WriteState", Effect: "Allow", Action: "s3:PutObject", Resource: arns.states }];
}

function storage(arns: ProjectArns): IdentityStatement[] {
  const disposable = arns.disposableBuckets;
  return [
    {
      Sid: "Buckets",
      Effect: "Allow",
      Action: [
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
      ],
      Resource: arns.buckets,
    },
    ...(disposable.length === 0
      ? []
      : ([
          {
            // Not the protected buckets: no apply can empty those.
            Sid: "EmptyDisposableBuckets",
            Effect: "Allow",
            Action: ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:ListBucketVersions"],
            Resource: disposable.flatMap((bucket) => [bucket, `${bucket}/*`]),
          },
        ] as const)),
  ];
}

function secrets(arns: ProjectArns): IdentityStatement[] {
  const all = [...arns.secrets("databaseSecret"), ...arns.secrets("razorpaySecret")];
  const keys = arns.regional("kms", "key/*");
  const aliases = arns.each(({ keyAlias }) => arns.regional("kms", keyAlias));
  return [
    {
      Sid: "Secrets",
      Effect: "Allow",
      Action: [
        "secretsmanager:CreateSecret",
        "secretsmanager:DeleteResourcePolicy",
        "secretsmanager:DeleteSecret",
        "secretsmanager:PutResourcePolicy",
        "secretsmanager:TagResource",
        "secretsmanager:UntagResource",
        "secretsmanager:UpdateSecret",
      ],
      Resource: all,
    },
    {
      Sid: "WriteDatabaseSecret",
      Effect: "Allow",
      Action: ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"],
      Resource: arns.secrets("databaseSecret"),
    },
    {
      // A key has no ARN before it is created.
      Sid: "CreateKey",
      Effect: "Allow",
      Action: ["kms:CreateKey", "kms:TagResource"],
      Resource: "*",
      Condition: arns.createdWithTag,
    },
    {
      Sid: "KeyAlias",
      Effect: "Allow",
      Action: ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
      Resource: aliases,
    },
    {
      // KMS may take minutes to apply a new key's tags, so in the first apply a key has none yet.
      // None of these actions allows reading what a key encrypts.
      Sid: "NewKey",
      Effect: "Allow",
      Action: ["kms:CreateAlias", "kms:DeleteAlias", "kms:EnableKeyRotation", "kms:UpdateAlias"],
      Resource: keys,
    },
    {
      Sid: "ChangeKey",
      Effect: "Allow",
      Action: [
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateKeyDescription",
      ],
      Resource: keys,
      Condition: arns.tagged,
    },
    {
      Sid: "EncryptSecrets",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: keys,
      Condition: arns.forSecrets([...all, KEY_TRIAL]),
    },
  ];
}
