import {
  ListSecretsCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { unzipSync } from "fflate";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AwsAccount } from "../../src/config/account";
import { stateBucketName } from "../../src/names";
import { clientSettings } from "../lib/client-settings";

/** Where a secret value could have been written to. */
export interface SecretScanOptions {
  readonly account: AwsAccount;
  readonly env: NodeJS.ProcessEnv;
  /** Folder of the synthesized stack. */
  readonly folder: string;
  /** Saved plans, relative to the folder. */
  readonly plans: readonly string[];
}

/** What was looked at, and where a secret was found. */
export interface SecretScan {
  /** Secret values that were looked for. */
  readonly secrets: number;
  /** Files and state object versions that were looked through. */
  readonly places: number;
  /** Places that hold a value. */
  readonly leaks: readonly string[];
}

/**
 * Looks for every secret value of the emulated account in the synthesized JSON, the saved plans and
 * every version of every state object.
 */
export async function scanForSecrets(options: SecretScanOptions): Promise<SecretScan> {
  const values = await secretValues(options);
  const places = new Map([...filesOf(options), ...(await stateObjects(options))]);
  const leaks = [...places].filter(([, text]) => values.some((value) => text.includes(value))).map(([place]) => place);
  return { secrets: values.length, places: places.size, leaks };
}

/** Passwords and keys, not the names beside them. */
async function secretValues({ account, env }: SecretScanOptions): Promise<string[]> {
  const client = new SecretsManagerClient(clientSettings(account.region, env));
  const { SecretList: secrets = [] } = await client.send(new ListSecretsCommand({ MaxResults: 100 }));
  const values = await Promise.all(
    secrets.map(async ({ ARN: id }) => {
      try {
        const { SecretString: text = "{}" } = await client.send(new GetSecretValueCommand({ SecretId: id }));
        const fields = Object.entries(JSON.parse(text) as Record<string, string>);
        return fields.filter(([name]) => name !== "username").map(([, value]) => value);
      } catch (error) {
        if (error instanceof ResourceNotFoundException) {
          return []; // A secret that nobody filled yet has no value.
        }
        throw error;
      }
    }),
  );
  return values.flat();
}

function filesOf({ folder, plans }: SecretScanOptions): [string, string][] {
  const json: [string, string] = ["cdk.tf.json", readFileSync(join(folder, "cdk.tf.json"), "utf8")];
  const planned = plans.flatMap((plan) =>
    Object.entries(unzipSync(readFileSync(join(folder, plan)))).map(([name, bytes]): [string, string] => [
      `${plan}/${name}`,
      Buffer.from(bytes).toString("latin1"),
    ]),
  );
  return [json, ...planned];
}

async function stateObjects({ account, env }: SecretScanOptions): Promise<[string, string][]> {
  const client = new S3Client(clientSettings(account.region, env));
  const bucket = stateBucketName(account.id);
  const { Versions: versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  return Promise.all(
    versions.map(async ({ Key: key = "", VersionId: version = "" }): Promise<[string, string]> => {
      const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }));
      return [`${key} (version ${version})`, (await body?.transformToString()) ?? ""];
    }),
  );
}
