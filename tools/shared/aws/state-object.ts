import type { S3Client } from "@aws-sdk/client-s3";
import type { AwsAccount } from "../../../src/shared/aws-account";
import { stateBucketName } from "../../../src/config/names";
import { lookSettings } from "./client-settings";

/** What a whole state says of itself. */
export interface StateSummary {
  /** Counts up with each state that is written. */
  readonly serial: number;
  /** Given to a stack's first state, and the same in all that follow. */
  readonly lineage: string;
  /** Resources that it names. */
  readonly resources: number;
}

/** A version of the state object that can be brought back. */
export interface WholeVersion extends StateSummary {
  readonly versionId: string;
  /** ISO 8601, UTC. */
  readonly writtenAt: string;
}

/**
 * What is found in the state's place. `absent`: nothing, as before the first apply, or after everything was
 * destroyed and the object deleted. `deleted` and `broken`: a state was there.
 */
export type StateObject =
  | { readonly condition: "absent" }
  | ({ readonly condition: "whole" } & StateSummary)
  | {
      readonly condition: "deleted" | "broken";
      /** What is wrong, after "the state object". */
      readonly why: string;
      /** The newest whole version. @default - there is none */
      readonly lastWhole?: WholeVersion;
    };

/** Of the lock beside the state: each plan leaves a version and a marker of it. */
const LOCK_ENDING = ".tflock";

/** Where a stack's state lies. */
export interface StateAddress {
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * Where the state of a stack lies.
 *
 * @param accountId - account of the stack
 */
export function stateAddress(stack: string, accountId: string): StateAddress {
  return { Bucket: stateBucketName(accountId), Key: `${stack}.tfstate` };
}

/**
 * Reads the text of a state object.
 *
 * @returns what is wrong, after "the state object", where it is no state
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
    return `is cut off or was overwritten: its ${size} are not JSON`;
  }
  const { lineage, resources, serial, version } = state ?? {};
  if (typeof version !== "number" || typeof serial !== "number" || typeof lineage !== "string") {
    return `is JSON of ${size}, but no state of Terraform: it lacks version, serial or lineage`;
  }
  if (!Array.isArray(resources)) {
    return `is JSON of ${size}, but no state of Terraform: it lacks resources`;
  }
  const managed = (resources as readonly { mode?: string }[]).filter(({ mode }) => mode === "managed");
  return { serial, lineage, resources: managed.length };
}

/**
 * Looks at the state object of a stack. Terraform takes one that is empty or missing for a stack that was
 * never applied, and would make everything anew.
 *
 * @param stack - name of the stack
 * @param env - environment with the caller's AWS settings
 * @throws what the S3 client throws; `NoSuchBucket` among it
 */
export async function lookAtState(
  stack: string,
  { id, region }: AwsAccount,
  env: NodeJS.ProcessEnv,
): Promise<StateObject> {
  const { S3Client: Client } = await import("@aws-sdk/client-s3");
  const s3 = new Client(lookSettings(region, env));
  const address = stateAddress(stack, id);
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

/** @returns undefined where there is no object */
async function readObject(s3: S3Client, address: StateAddress, versionId?: string): Promise<string | undefined> {
  const { GetObjectCommand, NoSuchKey } = await import("@aws-sdk/client-s3");
  try {
    const { Body: body } = await s3.send(new GetObjectCommand({ ...address, VersionId: versionId }));
    return (await body?.transformToString()) ?? "";
  } catch (error) {
    if (error instanceof NoSuchKey) {
      return undefined;
    }
    throw error;
  }
}
