import type { AwsSession } from "./session";
import { isNamed } from "./errors";
import { LOCK_ENDING, stateAddress } from "./state-object";

/** The holder of a state's lock. @see https://developer.hashicorp.com/terraform/language/backend/s3#use_lockfile */
export interface StateLock {
  readonly id: string;
  /** User and machine. */
  readonly who: string;
  /** ISO 8601. */
  readonly since: string;
  /** The operation that holds it, such as `OperationTypeApply`. */
  readonly operation: string;
}

/**
 * Reads the lock of a stack's state. Changes nothing.
 *
 * @param stack - name of the stack
 * @returns undefined if the state is not locked
 */
export async function readLock(stack: string, session: AwsSession): Promise<StateLock | undefined> {
  const { GetObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
  const { Bucket, Key } = stateAddress(stack, session.account.id);
  try {
    const request = new GetObjectCommand({ Bucket, Key: Key + LOCK_ENDING });
    const { Body: body } = await session.lookClient(S3Client).send(request);
    const lock = JSON.parse((await body?.transformToString()) ?? "{}") as Readonly<Record<string, string>>;
    const { ID = "", Who = "", Created = "", Operation = "" } = lock;
    return { id: ID, who: Who, since: Created, operation: Operation };
  } catch (error) {
    if (isNamed(error, "NoSuchKey")) {
      return undefined;
    }
    throw error;
  }
}

/**
 * The command that releases a lock.
 *
 * @param folder - folder of the stack's `cdk.tf.json`
 * @param id - of the lock @default - a placeholder
 */
export function unlockCommand(folder: string, id = "ID"): string {
  return `terraform -chdir=${folder} force-unlock ${id}`;
}
