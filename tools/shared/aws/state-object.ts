import type { S3Client } from "@aws-sdk/client-s3";
import { stateBucketName } from "../../../src/config/names";
import { isNamed } from "./errors";
import type { AwsSession } from "./session";

/** Facts about an intact state. */
export interface StateSummary {
  /** Increases with each state that is written. */
  readonly serial: number;
  /** Created with a stack's first state, and the same in all later ones. */
  readonly lineage: string;
  /** Number of managed resources. */
  readonly resources: number;
}

/** A version of the state object that can be restored. */
export interface WholeVersion extends StateSummary {
  readonly versionId: string;
  /** ISO 8601, UTC. */
  readonly writtenAt: string;
}

/**
 * Condition of the state object. `absent`: there is none, as before the first apply, or after everything was destroyed
 * and the object deleted. `deleted` and `broken`: there was a state.
 */
export type StateObject =
  | { readonly condition: "absent" }
  | ({ readonly condition: "whole" } & StateSummary)
  | {
      readonly condition: "deleted" | "broken";
      /** The problem; continues "the state object …". */
      readonly why: string;
      /** The newest intact version. @default - there is none */
      readonly lastWhole?: WholeVersion;
    };

/** The lock object has the state's key with this ending. Each plan leaves a version and a delete marker of it. */
export const LOCK_ENDING = ".tflock";

/** Where a stack's state is. */
export interface StateAddress {
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * Where the state of a stack is.
 *
 * @param accountId - account of the stack
 */
export function stateAddress(stack: string, accountId: string): StateAddress {
  return { Bucket: stateBucketName(accountId), Key: `${stack}.tfstate` };
}

/**
 * Reads the text of a state object.
 *
 * @returns if it is not a state, the problem, which continues "the state object …"
 * @see https://developer.hashicorp.com/terraform/language/state
 */
export function readState(text: string): StateSummary | string {
  const size = `${String(Buffer.byteLength(text))} bytes`;
  if (text.trim() === "") {
    return "is empty";
  }
  let state: Partial<Record<"version" | "serial" | "lineage" | "resources", unknown>> | null;
  try {
    state = JSON.parse(text) as typeof state;
  } catch {
    return `is truncated or overwritten: its ${size} are not valid JSON`;
  }
  const { lineage, resources, serial, version } = state ?? {};
  if (typeof version !== "number" || typeof serial !== "number" || typeof lineage !== "string") {
    return `is JSON of ${size}, but not a Terraform state: it lacks version, serial or lineage`;
  }
  if (!Array.isArray(resources)) {
    return `is JSON of ${size}, but not a Terraform state: it lacks resources`;
  }
  const managed = (resources as readonly { mode?: string }[]).filter(({ mode }) => mode === "managed");
  return { serial, lineage, resources: managed.length };
}

/**
 * Checks the state object of a stack. If it is empty or missing, Terraform believes that the stack was never applied,
 * and would create everything again.
 *
 * @param stack - name of the stack
 * @throws what the S3 client throws, such as `NoSuchBucket`
 */
export async function lookAtState(stack: string, session: AwsSession): Promise<StateObject> {
  const { S3Client: Client } = await import("@aws-sdk/client-s3");
  const s3 = session.lookClient(Client);
  const address = stateAddress(stack, session.account.id);
  const text = await readObject(s3, address);
  const found = text === undefined ? "was deleted" : readState(text);
  if (typeof found !== "string") {
    return { condition: "whole", ...found };
  }
  const { deleted, versions } = await history(s3, address);
  if (!deleted && versions.length === 0) {
    return { condition: "absent" };
  }
  const lastWhole = await newestWhole(s3, address, versions);
  if (text !== undefined) {
    return { condition: "broken", why: found, lastWhole };
  }
  return lastWhole?.resources === 0 ? { condition: "absent" } : { condition: "deleted", why: found, lastWhole };
}

/** A version of the object that can be read. */
interface Version {
  readonly versionId: string;
  /** ISO 8601, UTC. */
  readonly writtenAt: string;
}

/** Whether the object was ever deleted, and its versions: the newest thousand, newest first. */
async function history(
  s3: S3Client,
  { Bucket, Key }: StateAddress,
): Promise<{ deleted: boolean; versions: readonly Version[] }> {
  const { ListObjectVersionsCommand } = await import("@aws-sdk/client-s3");
  const request = new ListObjectVersionsCommand({ Bucket, Prefix: Key, Delimiter: LOCK_ENDING });
  const { DeleteMarkers: markers = [], Versions: versions = [] } = await s3.send(request);
  return {
    deleted: markers.some((marker) => marker.Key === Key),
    versions: versions
      .filter((version) => version.Key === Key)
      .map(({ LastModified, VersionId = "" }) => ({
        versionId: VersionId,
        writtenAt: LastModified?.toISOString() ?? "an unknown time",
      })),
  };
}

async function newestWhole(
  s3: S3Client,
  address: StateAddress,
  versions: readonly Version[],
): Promise<WholeVersion | undefined> {
  for (const version of versions) {
    const found = readState((await readObject(s3, address, version.versionId)) ?? "");
    if (typeof found !== "string") {
      return { ...found, ...version };
    }
  }
  return undefined;
}

/** @returns undefined if there is no object */
async function readObject(s3: S3Client, address: StateAddress, versionId?: string): Promise<string | undefined> {
  const { GetObjectCommand } = await import("@aws-sdk/client-s3");
  try {
    const { Body: body } = await s3.send(new GetObjectCommand({ ...address, VersionId: versionId }));
    return (await body?.transformToString()) ?? "";
  } catch (error) {
    if (isNamed(error, "NoSuchKey")) {
      return undefined;
    }
    throw error;
  }
}
