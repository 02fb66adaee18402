import {
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { unzipSync } from "fflate";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stateBucketName } from "../../../src/config/names";
import type { AwsSession } from "../../shared/aws/session";

/** Ending of the names of saved plans. */
export const PLAN_ENDING = ".tfplan";

/** Where to search for secret values. */
export interface SecretScanOptions {
  readonly session: AwsSession;
  /** Folder of the synthesized stack. */
  readonly folder: string;
}

/** Result of a search for secret values. */
export interface SecretScan {
  /** Number of secret values. */
  readonly secrets: number;
  /** Number of files and state object versions that were searched. */
  readonly places: number;
  /** Places with a secret value. */
  readonly leaks: readonly string[];
}

/**
 * Searches the synthesized JSON, the saved plans and every version of every state object for every secret value of the
 * emulated account.
 */
export async function scanForSecrets(options: SecretScanOptions): Promise<SecretScan> {
  const values = await secretValues(options);
  const places = new Map([...filesOf(options), ...(await stateObjects(options))]);
  return { secrets: values.length, places: places.size, leaks: findSecrets(places, values) };
}

/**
 * Places whose text contains a value, unchanged or escaped as in JSON.
 *
 * @param places - name and text of each place
 * @param values - secret values
 */
export function findSecrets(places: ReadonlyMap<string, string>, values: readonly string[]): string[] {
  const forms = values.flatMap(formsOf);
  return [...places].filter(([, text]) => forms.some((form) => text.includes(form))).map(([place]) => place);
}

/** Terraform's JSON also escapes HTML's special characters: `<` is written as \\u003c. */
function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const html = json.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
  return [...new Set([value, json, html])];
}

/** Passwords and keys of every version, current and previous; not the user names. */
async function secretValues({ session }: SecretScanOptions): Promise<string[]> {
  const client = session.client(SecretsManagerClient);
  const { SecretList: secrets = [] } = await client.send(new ListSecretsCommand({ MaxResults: 100 }));
  const versions = await Promise.all(
    secrets.map(async ({ ARN: id }) => {
      const { Versions: found = [] } = await client.send(new ListSecretVersionIdsCommand({ SecretId: id }));
      return found.map(({ VersionId: version }) => ({ SecretId: id, VersionId: version }));
    }),
  );
  const texts = await Promise.all(
    versions
      .flat()
      .map(async (version) => (await client.send(new GetSecretValueCommand(version))).SecretString ?? "{}"),
  );
  return texts.flatMap((text) => {
    const fields = Object.entries(JSON.parse(text) as Record<string, string>);
    return fields.filter(([name]) => name !== "username").map(([, value]) => value);
  });
}

function filesOf({ folder }: SecretScanOptions): [string, string][] {
  const json: [string, string] = ["cdk.tf.json", readFileSync(join(folder, "cdk.tf.json"), "utf8")];
  const plans = readdirSync(folder).filter((name) => name.endsWith(PLAN_ENDING));
  const planned = plans.flatMap((plan) =>
    Object.entries(unzipSync(readFileSync(join(folder, plan)))).map(([name, bytes]): [string, string] => [
      `${plan}/${name}`,
      Buffer.from(bytes).toString("latin1"),
    ]),
  );
  return [json, ...planned];
}

async function stateObjects({ session }: SecretScanOptions): Promise<[string, string][]> {
  const client = session.client(S3Client);
  const bucket = stateBucketName(session.account.id);
  const { Versions: versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  return Promise.all(
    versions.map(async ({ Key: key = "", VersionId: version = "" }): Promise<[string, string]> => {
      const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }));
      return [`${key} (version ${version})`, (await body?.transformToString()) ?? ""];
    }),
  );
}
