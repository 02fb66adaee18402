import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stackName } from "../../../src/config/names";
import { hintsFor } from "./explain-failure";
import { stackFolder } from "./synthesize";
import { Terraform } from "./terraform";

/** A file in Terraform's own working folder, so that deleting that folder deletes it too. */
const MARK = "initialised-for";

/** Which stack, and where. */
export interface StackTerraformOptions {
  /** Folder of the synthesized stacks. */
  readonly outdir: string;
  /** Environment, or `foundation`. */
  readonly environment: string;
  /** Whole environment of Terraform, with the caller's AWS settings. */
  readonly env: NodeJS.ProcessEnv;
}

/** Terraform for one synthesized stack of this project. */
export class StackTerraform extends Terraform {
  /** Environment, or `foundation`. */
  public readonly environment: string;
  /** Name of the stack. */
  public readonly stack: string;

  public constructor({ outdir, environment, env }: StackTerraformOptions) {
    const stack = stackName(environment);
    const folder = stackFolder(outdir, stack);
    super(folder, env, (errors) => hintsFor(errors, { environment, folder }));
    this.environment = environment;
    this.stack = stack;
  }

  /**
   * Initialises, unless this folder was already initialised for the same backend and provider.
   *
   * @throws UserError as `init` does
   */
  public async initIfNeeded(): Promise<void> {
    const mark = resolve(this.folder, this.env.TF_DATA_DIR ?? ".terraform", MARK);
    const wanted = this.#settingsHash();
    if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) {
      return;
    }
    await this.init();
    writeFileSync(mark, wanted);
  }

  /** Includes the CLI configuration, which may name another provider. */
  #settingsHash(): string {
    const { terraform } = JSON.parse(readFileSync(join(this.folder, "cdk.tf.json"), "utf8")) as { terraform: unknown };
    const { AWS_ENDPOINT_URL: endpoint, TF_CLI_CONFIG_FILE: cli, TF_DATA_DIR: data } = this.env;
    return createHash("sha256")
      .update(JSON.stringify([terraform, cli, data, endpoint]))
      .digest("hex");
  }
}
