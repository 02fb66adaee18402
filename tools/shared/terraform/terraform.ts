import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../../../src/shared/user-error";
import { MINIMUM_TERRAFORM } from "../../../src/terraform/version";
import { runProgram, type ProgramResult } from "../process/program";
import type { PlanJson, ResourceChange } from "./plan-json";
import { pinnedProvider } from "./provider";

/** @throws UserError when `terraform` is missing or too old, with the way to get it */
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

/** An error or a warning of Terraform. */
export interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
}

/**
 * An environment has one state. In another workspace, Terraform would find none and create everything twice.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/environment-variables#tf_workspace
 */
export const ONE_WORKSPACE = { TF_WORKSPACE: "default" } as const;

/** Terraform's message for a resource with `prevent_destroy` that would be destroyed. */
export const DESTROY_REFUSED = "Instance cannot be destroyed";

/** Terraform's message before the first apply. */
const NO_STATE = "No state file was found";

/** What to do about errors of Terraform: one sentence each. */
export type Hints = (errors: readonly string[]) => readonly string[];

/** Terraform in one working folder. */
export class Terraform {
  /**
   * @param folder - folder of a `cdk.tf.json`
   * @param env - whole environment of Terraform
   * @param hints - goes into the message of a failure @default - no hints
   */
  public constructor(
    public readonly folder: string,
    public readonly env: NodeJS.ProcessEnv,
    public readonly hints: Hints = () => [],
  ) {}

  /** @throws UserError with Terraform's message and, if the provider is missing, where to get it */
  public async init(): Promise<void> {
    const result = await this.#run(["init", "-input=false", "-no-color"]);
    if (result.code !== 0) {
      const { source, version } = pinnedProvider(this.folder);
      const hint = result.stderr.includes("provider")
        ? `\nTerraform needs the provider ${source} ${version}, from the registry or from a filesystem mirror on this machine (https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror).`
        : "";
      throw new UserError(`terraform init failed in ${this.folder}:\n${result.stderr}${hint}`);
    }
  }

  /**
   * Creates a plan.
   *
   * @param file - where it is saved, relative to the folder
   * @returns what it would change
   */
  public async plan(file: string): Promise<readonly ResourceChange[]> {
    this.#expectSuccess("plan", await this.#run(["plan", "-input=false", "-no-color", `-out=${file}`]));
    const shown = await this.#run(["show", "-json", file]);
    this.#expectSuccess("show", shown);
    const plan = JSON.parse(shown.stdout) as PlanJson;
    return (plan.resource_changes ?? []).filter(({ change }) => change.actions.join() !== "no-op");
  }

  /**
   * Creates and saves a plan, even one with errors if Terraform got as far as comparing.
   *
   * @param file - where it is saved, relative to the folder
   * @param onEvent - called with Terraform's progress @default - no call
   */
  public async savePlan(
    file: string,
    onEvent: (event: ProgressEvent) => void = () => undefined,
  ): Promise<{ readonly errors: readonly string[] }> {
    const { result, errors } = await this.#runWithEvents(["plan", "-input=false", "-json", `-out=${file}`], onEvent);
    return { errors: result.code === 0 ? [] : errorsOf(errors, result) };
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

  /** Plans and applies in one step. */
  public async applyNow(onEvent: (event: ProgressEvent) => void): Promise<void> {
    await this.#progress("apply", ["apply", "-input=false", "-auto-approve", "-json"], onEvent);
  }

  /** Destroys everything in state. */
  public async destroy(onEvent: (event: ProgressEvent) => void): Promise<void> {
    await this.#progress("destroy", ["destroy", "-input=false", "-auto-approve", "-json"], onEvent);
  }

  /** Imports an existing resource into state. */
  public async import(address: string, id: string): Promise<void> {
    this.#expectSuccess("import", await this.#run(["import", "-input=false", "-no-color", address, id]));
  }

  /** Addresses in state; none before the first apply. */
  public async stateList(): Promise<string[]> {
    const result = await this.#run(["state", "list"]);
    if (result.stderr.includes(NO_STATE)) {
      return [];
    }
    this.#expectSuccess("state list", result);
    return result.stdout.split("\n").filter(Boolean);
  }

  /** Outputs in state, sensitive ones masked. */
  public async outputs(): Promise<Record<string, string>> {
    const result = await this.#run(["output", "-json"]);
    this.#expectSuccess("output", result);
    const outputs = JSON.parse(result.stdout) as Record<string, { value: unknown; sensitive?: boolean }>;
    const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { value, sensitive }]) => [name, sensitive ? "(sensitive)" : shown(value)]),
    );
  }

  /** Attributes of a resource in state. */
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

  /** Installs the provider and configures no backend. */
  public async initWithoutBackend(): Promise<void> {
    this.#expectSuccess("init", await this.#run(["init", "-backend=false", "-input=false", "-no-color"]));
  }

  /** Installs the provider that another folder has, and configures no backend. */
  public async initLike(other: Terraform): Promise<void> {
    const plugins = resolve(other.folder, ".terraform", "providers");
    const source = existsSync(plugins) ? [`-plugin-dir=${plugins}`] : [];
    this.#expectSuccess("init", await this.#run(["init", "-backend=false", "-input=false", "-no-color", ...source]));
  }

  /**
   * Plans the imports of a configuration without resources. Terraform generates their configuration and validates it
   * too. The only question here is whether they exist, so errors that come as events are not a failure.
   *
   * @param file - receives the generated configuration; must not exist
   * @throws TerraformFailure when the plan fails and no event has an error
   */
  public async planImports(file: string, onEvent: (event: ProgressEvent) => void): Promise<void> {
    const args = ["plan", "-input=false", "-lock=false", "-json", `-generate-config-out=${file}`];
    const { result, errors } = await this.#runWithEvents(args, onEvent);
    if (result.code !== 0 && errors.length === 0) {
      throw this.#failure("plan", errorsOf(errors, result));
    }
  }

  async #progress(name: string, args: readonly string[], onEvent: (event: ProgressEvent) => void): Promise<void> {
    const { result, errors } = await this.#runWithEvents(args, onEvent);
    if (result.code !== 0) {
      throw this.#failure(name, errorsOf(errors, result));
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
    return new TerraformFailure(command, errors, this.hints(errors));
  }

  #run(args: readonly string[], onLine?: (line: string) => void): Promise<ProgramResult> {
    return runProgram("terraform", args, { cwd: this.folder, env: { ...this.env, ...ONE_WORKSPACE }, onLine });
  }
}

/** A Terraform command failed. */
export class TerraformFailure extends UserError {
  /**
   * @param command - the subcommand
   * @param errors - one text per error
   * @param hints - what to do about them @default - no hints
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

/** Errors in Terraform's events, or its plain text if it ended before the first event. */
function errorsOf(errors: readonly string[], { stderr, stdout }: ProgramResult): readonly string[] {
  return errors.length > 0 ? errors : [stderr || stdout];
}

function parseEvent(line: string): ProgressEvent | undefined {
  try {
    return JSON.parse(line) as ProgressEvent;
  } catch {
    // Before its JSON, Terraform writes plain text.
    return undefined;
  }
}
