import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackTerraform } from "../../shared/terraform/stack-terraform";
import { Terraform, TerraformFailure, type Diagnostic, type ProgressEvent } from "../../shared/terraform/terraform";

/** An object in AWS that may or may not exist. */
export interface Suspect {
  /** Terraform's resource type. */
  readonly type: string;
  /** Import id. */
  readonly id: string;
}

/** Whether an object exists; an error if AWS did not show it to Terraform. */
export type Existence = "exists" | "missing" | { readonly error: string };

/** A rule of a security group, as Terraform's data source has it. */
export interface SecurityGroupRule {
  readonly id: string;
  readonly is_egress: boolean;
  readonly security_group_id: string;
  readonly ip_protocol: string;
  readonly from_port: number;
  readonly to_port: number;
  readonly cidr_ipv4: string | null;
  readonly referenced_security_group_id: string | null;
}

/** Terraform's summary if an import finds nothing. */
const NOTHING_TO_IMPORT = "Cannot import non-existent remote object";

/** The provider's summary, without an address, for types that it looks up first, such as a permission or a route. */
const NOT_FOUND = /^(couldn't find resource|empty result|No association found between route table)/;

/** With the provider's default of 25, one failing resource takes a quarter of an hour. */
const MAX_RETRIES = 5;

const RULES_PLAN = "rules.tfplan";

/** Variables that would make Terraform leave the scratch folder, or change its arguments. */
const MISLEADING = /^TF_(DATA_DIR|WORKSPACE|CLI_ARGS|VAR_)/;

/**
 * Terraform next to a stack: with the stack's provider, but in a folder of its own, without its configuration and
 * state. It asks the provider what exists in AWS, because the provider must find it again on import.
 */
export class Scratch {
  #runs = 0;

  private constructor(
    private readonly root: string,
    private readonly stack: StackTerraform,
    private readonly env: NodeJS.ProcessEnv,
    private readonly settings: Readonly<Record<string, unknown>>,
  ) {}

  /** @param stack - initialised */
  public static async nextTo(stack: StackTerraform): Promise<Scratch> {
    const json = JSON.parse(await readFile(join(stack.folder, "cdk.tf.json"), "utf8")) as {
      terraform: { required_providers: object };
      provider: { aws: readonly Record<string, unknown>[] };
    };
    const harmless = Object.fromEntries(Object.entries(stack.env).filter(([name]) => !MISLEADING.test(name)));
    return new Scratch(await mkdtemp(join(tmpdir(), "aleenascuisine-orphans-")), stack, harmless, {
      terraform: { required_providers: json.terraform.required_providers },
      provider: {
        aws: json.provider.aws.map((settings) => ({ ...settings, default_tags: [], max_retries: MAX_RETRIES })),
      },
    });
  }

  /** Deletes the folder. */
  public async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  /**
   * Finds out which objects exist, all in one plan.
   *
   * @returns one answer per suspect, in their order
   */
  public async examine(suspects: readonly Suspect[]): Promise<Existence[]> {
    if (suspects.length === 0) {
      return [];
    }
    const addresses = suspects.map(({ type }, index) => `${type}.suspect${String(index)}`);
    const terraform = await this.#terraform({
      import: suspects.map(({ id }, index) => ({ to: addresses[index], id: escaped(id) })),
    });
    const events: ProgressEvent[] = [];
    await terraform.planImports("generated.tf", (event) => events.push(event));
    return existence(addresses, events);
  }

  /**
   * Rules of security groups.
   *
   * @param groupIds - ids of the groups
   */
  public async rulesOf(groupIds: readonly string[]): Promise<readonly SecurityGroupRule[]> {
    if (groupIds.length === 0) {
      return [];
    }
    const terraform = await this.#terraform({
      data: {
        aws_vpc_security_group_rules: { all: { filter: [{ name: "group-id", values: groupIds }] } },
        aws_vpc_security_group_rule: {
          each: {
            // Without rules, the list is null.
            for_each:
              "${toset(data.aws_vpc_security_group_rules.all.ids == null ? [] : data.aws_vpc_security_group_rules.all.ids)}",
            security_group_rule_id: "${each.value}",
          },
        },
      },
      output: { rules: { value: "${values(data.aws_vpc_security_group_rule.each)}" } },
    });
    const { errors } = await terraform.savePlan(RULES_PLAN, () => undefined);
    if (errors.length > 0) {
      throw new TerraformFailure("plan", errors);
    }
    const { planned_values: planned } = (await terraform.show(RULES_PLAN)) as {
      planned_values: { outputs: { rules: { value: readonly SecurityGroupRule[] } } };
    };
    return planned.outputs.rules.value;
  }

  async #terraform(configuration: Readonly<Record<string, unknown>>): Promise<Terraform> {
    this.#runs += 1;
    const folder = join(this.root, String(this.#runs));
    await mkdir(folder);
    await writeFile(join(folder, "main.tf.json"), JSON.stringify({ ...this.settings, ...configuration }));
    const terraform = new Terraform(folder, this.env, this.stack.hints);
    await terraform.initLike(this.stack);
    return terraform;
  }
}

/**
 * Reads from a plan of imports which of them exist.
 *
 * @param addresses - what the plan was to import
 * @param events - events of the plan
 * @throws TerraformFailure when the plan failed before it read anything
 */
export function existence(addresses: readonly string[], events: readonly ProgressEvent[]): Existence[] {
  const found = new Set(
    events
      .filter(({ type, hook }) => type === "refresh_complete" && hook?.id_value !== undefined)
      .map(({ hook }) => hook?.resource?.addr),
  );
  const errors = events.flatMap(({ diagnostic }) => (diagnostic?.severity === "error" ? [diagnostic] : []));
  if (!events.some(({ type }) => type === "refresh_start") && errors.every(({ summary }) => !isNotFound(summary))) {
    throw new TerraformFailure("plan", errors.map(textOf));
  }
  const withoutAddress = errors.find(({ address, summary }) => address === undefined && !isNotFound(summary));
  return addresses.map((address) => {
    if (found.has(address)) {
      return "exists";
    }
    const own = errors.find((error) => error.address === address || error.detail?.includes(`"${address}"`));
    const error = own ?? withoutAddress;
    return error === undefined || isNotFound(error.summary) ? "missing" : { error: textOf(error) };
  });
}

function isNotFound(summary: string): boolean {
  return summary === NOTHING_TO_IMPORT || NOT_FOUND.test(summary);
}

function textOf({ detail, summary }: Diagnostic): string {
  return [summary, detail].filter(Boolean).join(": ");
}

/** In Terraform's JSON `${` starts an expression, and `%{` a directive. */
function escaped(text: string): string {
  return text.replace(/([$%])\{/g, "$1$1{");
}
