import { GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import type { AwsAccount } from "../../../src/shared/aws-account";
import { stateBucketName } from "../../../src/config/names";
import { lookSettings } from "./client-settings";

/** Who holds the lock of a state. @see https://developer.hashicorp.com/terraform/language/backend/s3#use_lockfile */
export interface StateLock {
  readonly id: string;
  /** User and machine. */
  readonly who: string;
  /** ISO 8601. */
  readonly since: string;
  /** What it is held for, such as `OperationTypeApply`. */
  readonly operation: string;
}

/**
 * Reads the lock of a stack's state, and leaves it as it is.
 *
 * @param stack - name of the stack
 * @returns undefined where nobody holds it
 */
export async function readLock(
  stack: string,
  { id, region }: AwsAccount,
  env: NodeJS.ProcessEnv,
): Promise<StateLock | undefined> {
  const s3 = new S3Client(lookSettings(region, env));
  const object = { Bucket: stateBucketName(id), Key: `${stack}.tfstate.tflock` };
  try {
    const { Body: body } = await s3.send(new GetObjectCommand(object));
    const lock = JSON.parse((await body?.transformToString()) ?? "{}") as Readonly<Record<string, string>>;
    const { ID = "", Who = "", Created = "", Operation = "" } = lock;
    return { id: ID, who: Who, since: Created, operation: Operation };
  } catch (error) {
    if (error instanceof NoSuchKey) {
      return undefined;
    }
    throw error;
  }
}
