import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { UserError } from "../../../src/shared/user-error";
import { MINIMUM_TERRAFORM } from "../../../src/terraform/version";
import { runProgram, type ProgramResult } from "../process/program";
import { hintsFor } from "./explain-failure";
import { findProviderMirror, type ProviderRelease } from "./provider-mirror";

/**
 * Makes sure that `terraform` is there and new enough.
 *
 * @throws UserError with the way to get it
 */
export async function requireTerraform(): Promise<void> {
  const wanted = `${MINIMUM_TERRAFORM} or newer (https://developer.hashicorp.com/terraform/install)`;
  const result = await runProgram("terraform", ["version", "-json"]).catch(() => undefined);
  if (result?.code !== 0) {
    throw new UserError(`terraform is not on the PATH. Install Terraform ${wanted}.`);
  }
  const { terraform_version: version } = JSON.parse(result.stdout) as { terraform_version: string };
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = MINIMUM_TERRAFORM.split(".").map(Number);
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new UserError(`terraform on the PATH is ${version}. Install Terraform ${wanted}.`);
  }
}

/**
 * Environment variables that let Terraform find its provider: the user's own CLI configuration where
 * there is one, else one that names the mirror that lies on this machine, else an empty one, which means
 * the registry.
 *
 * @param provider - what has to be found
 * @param folder - where a configuration may be written
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

/** One line of Terraform's machine-readable progress. @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
export interface ProgressEvent {
  readonly type: string;
  readonly hook?: {
    readonly resource?: { readonly addr: string };
    /** Missing where a refresh found nothing. */
    readonly id_value?: string;
    readonly elapsed_seconds?: number;
  };
  readonly changes?: {
    readonly add: number;
    readonly change: number;
    readonly remove: number;
    readonly operation: string;
  };
  readonly diagnostic?: Diagnostic;
}

/** Something that Terraform has to say. */
export interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
}

/** A change of one resource, in Terraform's JSON plan. */
export interface ResourceChange {
  readonly address: string;
  readonly change: { readonly actions: readonly string[] };
}

/**
 * An environment has one state. In another workspace Terraform would find none, and make everything twice.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/environment-variables#tf_workspace
 */
export const ONE_WORKSPACE = { TF_WORKSPACE: "default" } as const;

/** Words of Terraform where nothing was applied yet. */
const NO_STATE = "No state file was found";

/** Terraform in one working folder. */
export class Terraform {
  /**
   * @param folder - folder of a `cdk.tf.json`
   * @param env - whole environment of the commands
   */
  public constructor(
    public readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @throws UserError with Terraform's message and, if the provider is missing, the way to get it */
  public async init(): Promise<void> {
    const result = await this.#run(["init", "-input=false", "-no-color"]);
    if (result.code !== 0) {
      const { source, version } = pinnedProvider(this.folder);
      const hint = result.stderr.includes("provider")
        ? `\nProvider ${source} ${version} is needed: from the registry, or from a filesystem mirror on this machine (https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror).`
        : "";
      throw new UserError(`terraform init failed in ${this.folder}:\n${result.stderr}${hint}`);
    }
  }

  /**
   * Makes a plan.
   *
   * @param file - where it is saved, relative to the folder
   * @returns what it would change
   */
  public async plan(file: string): Promise<readonly ResourceChange[]> {
    this.#expectSuccess("plan", await this.#run(["plan", "-input=false", "-no-color", `-out=${file}`]));
    const shown = await this.#run(["show", "-json", file]);
    this.#expectSuccess("show", shown);
    const plan = JSON.parse(shown.stdout) as { resource_changes?: readonly ResourceChange[] };
    return (plan.resource_changes ?? []).filter(({ change }) => change.actions.join() !== "no-op");
  }

  /**
   * Makes a plan and saves it, also where Terraform finds errors once it came as far as comparing.
   *
   * @param file - where it is saved, relative to the folder
   * @param onEvent - told what Terraform looks at @default - nobody is told
   */
  public async savePlan(
    file: string,
    onEvent: (event: ProgressEvent) => void = () => undefined,
  ): Promise<{ readonly errors: readonly string[] }> {
    const { result, errors } = await this.#runWithEvents(["plan", "-input=false", "-json", `-out=${file}`], onEvent);
    return { errors: result.code === 0 ? [] : said(errors, result) };
  }

  /**
   * A saved plan, or state, as JSON.
   *
   * @param file - saved plan @default - the state
   */
  public async show(file?: string): Promise<unknown> {
    const result = await this.#run(["show", "-json", ...(file === undefined ? [] : [file])]);
    this.#expectSuccess("show", result);
    return JSON.parse(result.stdout);
  }

  /** Applies a saved plan. */
  public async apply(file: string, onEvent: (event: ProgressEvent) => void): Promise<void> {
    await this.#progress("apply", ["apply", "-input=false", "-json", file], onEvent);
  }

  /** Plans and applies in one go. */
  public async applyNow(onEvent: (event: ProgressEvent) => void): Promise<void> {
    await this.#progress("apply", ["apply", "-input=false", "-auto-approve", "-json"], onEvent);
  }

  /** Destroys everything that state knows. */
  public async destroy(onEvent: (event: ProgressEvent) => void): Promise<void> {
    await this.#progress("destroy", ["destroy", "-input=false", "-auto-approve", "-json"], onEvent);
  }

  /** Adopts what stands into state. */
  public async import(address: string, id: string): Promise<void> {
    this.#expectSuccess("import", await this.#run(["import", "-input=false", "-no-color", address, id]));
  }

  /** Addresses that state knows; none before the first apply. */
  public async stateList(): Promise<string[]> {
    const result = await this.#run(["state", "list"]);
    if (result.stderr.includes(NO_STATE)) {
      return [];
    }
    this.#expectSuccess("state list", result);
    return result.stdout.split("\n").filter(Boolean);
  }

  /** Outputs as state has them, sensitive ones masked. */
  public async outputs(): Promise<Record<string, string>> {
    const result = await this.#run(["output", "-json"]);
    this.#expectSuccess("output", result);
    const outputs = JSON.parse(result.stdout) as Record<string, { value: unknown; sensitive?: boolean }>;
    const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { value, sensitive }]) => [name, sensitive ? "(sensitive)" : shown(value)]),
    );
  }

  /** Attributes of one resource, as state has them. */
  public async stateOf(address: string): Promise<Readonly<Record<string, unknown>>> {
    const result = await this.#run(["show", "-json"]);
    this.#expectSuccess("show", result);
    const { values } = JSON.parse(result.stdout) as {
      values: { root_module: { resources: { address: string; values: Record<string, unknown> }[] } };
    };
    return values.root_module.resources.find((resource) => resource.address === address)?.values ?? {};
  }

  /** Error and warning summaries of `terraform validate`. */
  public async validate(): Promise<string[]> {
    const result = await this.#run(["validate", "-json"]);
    const { diagnostics } = JSON.parse(result.stdout) as { diagnostics: { severity: string; summary: string }[] };
    return diagnostics.map(({ severity, summary }) => `${severity}: ${summary}`);
  }

  /** Installs the provider and leaves the backend alone. */
  public async initWithoutBackend(): Promise<void> {
    this.#expectSuccess("init", await this.#run(["init", "-backend=false", "-input=false", "-no-color"]));
  }

  /** Installs the provider that another folder has installed, and no backend. */
  public async initLike(other: Terraform): Promise<void> {
    const plugins = resolve(other.folder, ".terraform", "providers");
    const source = existsSync(plugins) ? [`-plugin-dir=${plugins}`] : [];
    this.#expectSuccess("init", await this.#run(["init", "-backend=false", "-input=false", "-no-color", ...source]));
  }

  /**
   * Plans the imports of a configuration without resources. Terraform generates what they would look like, and
   * judges that too; only whether they exist is asked here, so a plan that fails is no failure.
   *
   * @param file - that is to receive what was generated; must not exist
   * @throws TerraformFailure when the plan fails without an error that an event tells of
   */
  public async planImports(file: string, onEvent: (event: ProgressEvent) => void): Promise<void> {
    const args = ["plan", "-input=false", "-lock=false", "-json", `-generate-config-out=${file}`];
    const { result, errors } = await this.#runWithEvents(args, onEvent);
    if (result.code !== 0 && errors.length === 0) {
      throw this.#failure("plan", said(errors, result));
    }
  }

  async #progress(name: string, args: readonly string[], onEvent: (event: ProgressEvent) => void): Promise<void> {
    const { result, errors } = await this.#runWithEvents(args, onEvent);
    if (result.code !== 0) {
      throw this.#failure(name, said(errors, result));
    }
  }

  async #runWithEvents(
    args: readonly string[],
    onEvent: (event: ProgressEvent) => void,
  ): Promise<{ result: ProgramResult; errors: string[] }> {
    const errors: string[] = [];
    const result = await this.#run(args, (line) => {
      const event = parseEvent(line);
      if (!event) {
        return;
      }
      if (event.diagnostic?.severity === "error") {
        const { address, detail, summary } = event.diagnostic;
        errors.push([address, summary, detail].filter(Boolean).join(": "));
      }
      onEvent(event);
    });
    return { result, errors };
  }

  #expectSuccess(name: string, { code, stderr }: ProgramResult): void {
    if (code !== 0) {
      throw this.#failure(name, [stderr]);
    }
  }

  #failure(command: string, errors: readonly string[]): TerraformFailure {
    return new TerraformFailure(command, errors, hintsFor(errors, this.folder));
  }

  #run(args: readonly string[], onLine?: (line: string) => void): Promise<ProgramResult> {
    return runProgram("terraform", args, { cwd: this.folder, env: { ...this.env, ...ONE_WORKSPACE }, onLine });
  }
}

/** A Terraform command that ended with errors. */
export class TerraformFailure extends UserError {
  /**
   * @param command - the subcommand
   * @param errors - one text an error
   * @param hints - what to do about them @default - nothing is known
   */
  public constructor(
    command: string,
    public readonly errors: readonly string[],
    hints: readonly string[] = [],
  ) {
    const lines = [...errors, ...hints].map((text) => `  ${text.trim().split("\n").join("\n  ")}`);
    super([`terraform ${command} failed:`, ...lines].join("\n"));
  }
}

/** Errors of Terraform's events; where it ended before it wrote any, what it said in plain text. */
function said(errors: readonly string[], { stderr, stdout }: ProgramResult): readonly string[] {
  return errors.length > 0 ? errors : [stderr || stdout];
}

function parseEvent(line: string): ProgressEvent | undefined {
  try {
    return JSON.parse(line) as ProgressEvent;
  } catch {
    // What Terraform has to say before its JSON starts is plain text.
    return undefined;
  }
}
