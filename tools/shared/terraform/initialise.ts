import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Terraform } from "./terraform";

/** Lies in Terraform's own working folder, so that whoever deletes that one deletes this, too. */
const MARK = "initialised-for";

/**
 * `terraform init`, unless this folder was initialised for the very same backend and provider before.
 *
 * @param env - environment that Terraform is given; another CLI configuration may lead to another provider
 */
export async function initialise(terraform: Terraform, env: NodeJS.ProcessEnv): Promise<void> {
  const mark = resolve(terraform.folder, env.TF_DATA_DIR ?? ".terraform", MARK);
  const wanted = settingsHash(terraform.folder, env);
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) {
    return;
  }
  await terraform.init();
  writeFileSync(mark, wanted);
}

function settingsHash(folder: string, env: NodeJS.ProcessEnv): string {
  const { terraform } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as { terraform: unknown };
  const settings = [terraform, env.TF_CLI_CONFIG_FILE, env.TF_DATA_DIR, env.AWS_ENDPOINT_URL];
  return createHash("sha256").update(JSON.stringify(settings)).digest("hex");
}
