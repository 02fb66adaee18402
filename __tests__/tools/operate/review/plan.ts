import type { GateVerdict } from "../../../../tools/operate/review/gate";
import type { Json } from "../../../../tools/shared/json";
import type { Change, PlanJson, ResourceChange } from "../../../../tools/shared/terraform/plan-json";

/** What a change may have in addition to its two values. */
export interface Details extends Partial<Omit<ResourceChange, "address" | "change" | "mode" | "type">> {
  /** @default - create, delete or update, as the values say */
  readonly actions?: readonly string[];
  /** Mask of what is known after the apply only. @default - everything is known */
  readonly unknown?: Json;
  /** Masks of what is sensitive before and after. @default - nothing is */
  readonly sensitive?: readonly [before: Json, after: Json];
  readonly replacePaths?: Change["replace_paths"];
  readonly importing?: Change["importing"];
  readonly mode?: ResourceChange["mode"];
}

/** A change as Terraform's JSON plan has it. */
export function change(before: Json, after: Json, details: Details = {}): Change {
  const { actions, importing, replacePaths, sensitive = [{}, {}], unknown = {} } = details;
  return {
    actions: actions ?? [before === null ? "create" : after === null ? "delete" : "update"],
    before,
    after,
    after_unknown: unknown,
    before_sensitive: sensitive[0],
    after_sensitive: sensitive[1],
    ...(replacePaths && { replace_paths: replacePaths }),
    ...(importing && { importing }),
  };
}

/** A change of the resource at an address. */
export function resource(address: string, before: Json, after: Json, details: Details = {}): ResourceChange {
  const { action_reason, mode = "managed", previous_address } = details;
  return {
    address,
    mode,
    type: address.split(".")[0] ?? "",
    change: change(before, after, details),
    ...(action_reason !== undefined && { action_reason }),
    ...(previous_address !== undefined && { previous_address }),
  };
}

/**
 * A plan of these changes. Every attribute that a resource has afterwards counts as written in the configuration.
 *
 * @param rest - what else the plan says
 */
export function planOf(changes: readonly ResourceChange[], rest: Partial<PlanJson> = {}): PlanJson {
  return {
    format_version: "1.2",
    terraform_version: "1.11.4",
    resource_changes: changes,
    configuration: {
      root_module: {
        resources: changes.map(({ address, change: { after } }) => ({
          address,
          expressions: Object.fromEntries(Object.keys(after ?? {}).map((name) => [name, {}])),
        })),
      },
    },
    ...rest,
  };
}

/** The synthesized JSON of resources, each with its arguments. */
export function configurationOf(resources: Readonly<Record<string, Json>>): Json {
  const json: Record<string, Record<string, Json>> = {};
  for (const [address, values] of Object.entries(resources)) {
    const [type = "", name = ""] = address.split(".");
    json[type] = { ...json[type], [name]: values };
  }
  return { resource: json };
}

/** A policy document as providers write it. */
export function policyText(...statements: readonly Json[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Verdict of the gate without refusals. */
export const NO_VERDICT: GateVerdict = { refusals: [], allowed: [], unused: [] };
