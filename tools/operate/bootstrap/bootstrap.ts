import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { API_LOGGING_ROLE, stateBucketName } from "../../../src/config/names";
import type { AwsAccount } from "../../../src/shared/aws-account";
import { UserError } from "../../../src/shared/user-error";
import { checkAccount } from "../../shared/aws/account";
import { isNamed, statusOf } from "../../shared/aws/errors";
import { AwsSession } from "../../shared/aws/session";
import type { StackTerraform } from "../../shared/terraform/stack-terraform";

/** The foundation's only resource that cannot be created twice and has no import block. */
const LOGGING_ROLE_ADDRESS = "aws_iam_role.ApiGatewayAccount_Role";

/** What {@link bootstrap} works with. */
export interface BootstrapOptions {
  readonly account: AwsAccount;
  /** Terraform for the synthesized foundation stack. */
  readonly terraform: StackTerraform;
  /** Environment with the caller's AWS settings. */
  readonly env: NodeJS.ProcessEnv;
  /** Plans and applies. At a terminal, Terraform asks first. */
  readonly apply: (terraform: StackTerraform) => Promise<void>;
  /** Called with each step. */
  readonly onProgress: (text: string) => void;
}

/**
 * Prepares the account for environments: creates the state bucket if it is missing, then applies the foundation stack,
 * which imports the bucket. Each step checks what exists, so it is safe to run again, even after it was killed.
 *
 * @throws UserError when the caller is in another account, or another account owns the bucket
 */
export async function bootstrap({ account, terraform, env, apply, onProgress }: BootstrapOptions): Promise<void> {
  const session = new AwsSession(account, env);
  await requireAccount(session);
  await ensureStateBucket(session, onProgress);
  await terraform.init();
  await importLoggingRole(session, terraform, onProgress);
  await apply(terraform);
}

async function requireAccount(session: AwsSession): Promise<void> {
  const { detail, outcome, remedy = "" } = await checkAccount(session);
  if (outcome !== "ok") {
    throw new UserError(`The bootstrap did not start, and nothing was changed: ${detail}\n${remedy}`);
  }
}

/** Turns versioning on before the first state is written. The foundation stack configures the rest of the bucket. */
async function ensureStateBucket(session: AwsSession, onProgress: (text: string) => void): Promise<void> {
  const { id, region } = session.account;
  const s3 = session.client(S3Client);
  const bucket = { Bucket: stateBucketName(id) };
  if (await bucketExists(s3, bucket.Bucket, id)) {
    onProgress(`state bucket ${bucket.Bucket} exists`);
  } else {
    await s3.send(
      new CreateBucketCommand({
        ...bucket,
        CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
      }),
    );
    onProgress(`state bucket ${bucket.Bucket} created`);
  }
  await s3.send(
    new PutBucketVersioningCommand({
      ...bucket,
      ExpectedBucketOwner: id,
      VersioningConfiguration: { Status: "Enabled" },
    }),
  );
}

async function bucketExists(s3: S3Client, name: string, accountId: string): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: accountId }));
    return true;
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) {
      return false;
    }
    throw new UserError(
      `The state bucket ${name} cannot be used (${status === undefined ? String(error) : `HTTP ${String(status)}`}). 403: another account owns the name, or your policy lacks s3:ListBucket on it. 301: it is in another region. Nothing was changed.`,
    );
  }
}

/** An apply that was killed before it wrote state leaves a role that cannot be created again. */
async function importLoggingRole(
  session: AwsSession,
  terraform: StackTerraform,
  onProgress: (text: string) => void,
): Promise<void> {
  if ((await terraform.stateList()).includes(LOGGING_ROLE_ADDRESS)) {
    return;
  }
  try {
    await session.client(IAMClient).send(new GetRoleCommand({ RoleName: API_LOGGING_ROLE }));
  } catch (error) {
    if (isNamed(error, "NoSuchEntityException")) {
      return;
    }
    throw error;
  }
  onProgress(`role ${API_LOGGING_ROLE} exists but is not in state: importing it`);
  await terraform.import(LOGGING_ROLE_ADDRESS, API_LOGGING_ROLE);
}
