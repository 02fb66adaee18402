import { GetRoleCommand, IAMClient, NoSuchEntityException } from "@aws-sdk/client-iam";
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { AwsAccount } from "../../../src/shared/aws-account";
import { UserError } from "../../../src/shared/user-error";
import { API_LOGGING_ROLE, stateBucketName } from "../../../src/config/names";
import type { Terraform } from "../../shared/terraform/terraform";
import { clientSettings } from "../../shared/aws/client-settings";
import { checkAccount } from "../../shared/aws/account";

/** Address of the one resource of the foundation that cannot be made twice and that no import block adopts. */
const LOGGING_ROLE_ADDRESS = "aws_iam_role.ApiGatewayAccount_Role";

/** What {@link bootstrap} works with. */
export interface BootstrapOptions {
  readonly account: AwsAccount;
  /** Terraform in the folder of the synthesized foundation stack. */
  readonly terraform: Terraform;
  /** Environment with the caller's AWS settings. */
  readonly env: NodeJS.ProcessEnv;
  /** Plans and applies: at a terminal Terraform asks first. */
  readonly apply: (terraform: Terraform) => Promise<void>;
  /** Told what is done. */
  readonly onProgress: (text: string) => void;
}

/**
 * Makes the account ready for environments: the state bucket, if it is missing, then the foundation
 * stack, which adopts it. Each step looks first, so it may be run again at any time, also after it died
 * anywhere.
 *
 * @throws UserError when the caller is in another account, or the bucket is somebody else's
 */
export async function bootstrap({ account, terraform, env, apply, onProgress }: BootstrapOptions): Promise<void> {
  await requireAccount(account, env);
  await ensureStateBucket(account, env, onProgress);
  await terraform.init();
  await adoptLoggingRole(account, terraform, env, onProgress);
  await apply(terraform);
}

async function requireAccount(account: AwsAccount, env: NodeJS.ProcessEnv): Promise<void> {
  const { detail, outcome, remedy = "" } = await checkAccount(account, env);
  if (outcome !== "ok") {
    throw new UserError(`The bootstrap did not begin, and nothing was changed: ${detail}\n${remedy}`);
  }
}

/** Versions are on before the first state is written. The rest of the bucket is the foundation stack's. */
async function ensureStateBucket(
  { id, region }: AwsAccount,
  env: NodeJS.ProcessEnv,
  onProgress: (text: string) => void,
): Promise<void> {
  const s3 = new S3Client(clientSettings(region, env));
  const bucket = { Bucket: stateBucketName(id) };
  if (await bucketExists(s3, bucket.Bucket, id)) {
    onProgress(`state bucket ${bucket.Bucket} is there`);
  } else {
    await s3.send(
      new CreateBucketCommand({
        ...bucket,
        CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
      }),
    );
    onProgress(`state bucket ${bucket.Bucket} made`);
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
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 404) {
      return false;
    }
    throw new UserError(
      `The state bucket ${name} cannot be used (${status === undefined ? String(error) : `HTTP ${String(status)}`}). 403: another account owns the name, or your policy lacks s3:ListBucket on it. 301: it lies in another region. Nothing was changed.`,
    );
  }
}

/** An apply that was killed before it wrote state leaves a role that cannot be made again. */
async function adoptLoggingRole(
  { region }: AwsAccount,
  terraform: Terraform,
  env: NodeJS.ProcessEnv,
  onProgress: (text: string) => void,
): Promise<void> {
  if ((await terraform.stateList()).includes(LOGGING_ROLE_ADDRESS)) {
    return;
  }
  try {
    await new IAMClient(clientSettings(region, env)).send(new GetRoleCommand({ RoleName: API_LOGGING_ROLE }));
  } catch (error) {
    if (error instanceof NoSuchEntityException) {
      return;
    }
    throw error;
  }
  onProgress(`role ${API_LOGGING_ROLE} stands without state: adopting it`);
  await terraform.import(LOGGING_ROLE_ADDRESS, API_LOGGING_ROLE);
}
