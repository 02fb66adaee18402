import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What synthesis writes into a stack's folder: the configuration, and the packages that it deploys. */
const CONFIGURATION = "cdk.tf.json";
const ASSETS = "assets";

/**
 * Hash of a synthesized stack: its configuration and every file that it deploys.
 *
 * @param folder - folder of a `cdk.tf.json`
 */
export function fingerprint(folder: string): string {
  const hash = createHash("sha256");
  for (const file of [CONFIGURATION, ...assetsOf(folder)]) {
    hash.update(`${file}\0${fileHash(join(folder, file))}\0`);
  }
  return hash.digest("hex");
}

/** SHA-256 of a file, in hexadecimal. */
export function fileHash(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function assetsOf(folder: string): string[] {
  return readdirSync(join(folder, ASSETS), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
