import type { Json } from "../json";

/**
 * Terraform's JSON plan, as far as this project reads it.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export interface PlanJson {
  readonly format_version: string;
  readonly terraform_version: string;
  /** True if planning ended with errors; the plan then has the changes found before them. */
  readonly errored?: boolean;
  readonly resource_changes?: readonly ResourceChange[];
  /** What changed outside Terraform since its last apply, computed attributes included. */
  readonly resource_drift?: readonly ResourceChange[];
  readonly output_changes?: Readonly<Record<string, Change>>;
  readonly prior_state?: {
    readonly values?: { readonly root_module: { readonly resources?: readonly StateResource[] } };
  };
  readonly configuration: { readonly root_module: { readonly resources?: readonly ConfiguredResource[] } };
}

/** A value before and after. The masks have the same structure, with `true` for unknown or sensitive parts. */
export interface Change {
  readonly actions: readonly string[];
  readonly before: Json;
  readonly after: Json;
  readonly after_unknown: Json;
  readonly before_sensitive: Json;
  readonly after_sensitive: Json;
  /** Paths of the attributes that cannot be changed in place. */
  readonly replace_paths?: readonly (readonly (string | number)[])[];
  /** Set if the resource is imported. */
  readonly importing?: { readonly id?: string };
}

/** What happens to one resource. */
export interface ResourceChange {
  readonly address: string;
  /** Set if a `moved` block renames the resource. */
  readonly previous_address?: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly change: Change;
  /** Terraform's reason, such as `delete_because_no_resource_config`. */
  readonly action_reason?: string;
}

/** A resource in state. */
export interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly values: Readonly<Record<string, Json>>;
}

/** A resource in the configuration. */
export interface ConfiguredResource {
  readonly address: string;
  readonly expressions?: Readonly<Record<string, unknown>>;
}

/** What a plan does with a resource; the most important for a reviewer first. */
export const ACTIONS = ["delete", "forget", "replace", "update", "create", "import", "move"] as const;

/** One of {@link ACTIONS}. */
export type Action = (typeof ACTIONS)[number];

/**
 * The action of a resource, in one word.
 *
 * @returns undefined if nothing happens to it
 */
export function actionOf({ mode, change, previous_address: previous }: ResourceChange): Action | undefined {
  if (mode !== "managed") {
    return undefined;
  }
  const actions = change.actions.join();
  switch (actions) {
    case "delete,create":
    case "create,delete":
    case "create,forget":
      return "replace";
    case "create":
    case "update":
    case "delete":
    case "forget":
      return actions;
    default:
      if (change.importing) {
        return "import";
      }
      return previous === undefined ? undefined : "move";
  }
}
