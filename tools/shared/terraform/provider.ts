import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { findProviderMirror, type ProviderRelease } from "./provider-mirror";

/**
 * Environment variables with which Terraform finds its provider: the user's own CLI configuration if there is one,
 * otherwise one that names a mirror on this machine, otherwise an empty one, which means the registry.
 *
 * @param provider - what Terraform needs
 * @param folder - receives the configuration
 */
export function providerInstallation(provider: ProviderRelease, folder: string): Record<string, string> {
  const own = process.env.TF_CLI_CONFIG_FILE ?? join(homedir(), ".terraformrc");
  if (existsSync(own)) {
    return { TF_CLI_CONFIG_FILE: own };
  }
  const mirror = findProviderMirror(provider);
  const file = join(folder, "terraform.rc");
  writeFileSync(
    file,
    mirror === undefined
      ? ""
      : `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  return { TF_CLI_CONFIG_FILE: file };
}

/**
 * The provider that a synthesized stack pins.
 *
 * @param stackFolder - folder of a `cdk.tf.json`
 */
export function pinnedProvider(stackFolder: string): ProviderRelease {
  const json = JSON.parse(readFileSync(join(stackFolder, "cdk.tf.json"), "utf8")) as {
    terraform: { required_providers: { aws: { source: string; version: string } } };
  };
  const { source, version } = json.terraform.required_providers.aws;
  return { source: source.includes("/") ? source : `hashicorp/${source}`, version };
}
