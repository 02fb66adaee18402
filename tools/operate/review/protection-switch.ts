import { PROTECTED_TYPES } from "../../../src/terraform/protection";
import { attribute, valueAt, type Json } from "../../shared/json";
import type { PlanJson } from "../../shared/terraform/plan-json";
import type { Refusal } from "./gate";

/** A plan, and the protection in the configuration that it was made from. */
export interface PlannedProtection {
  readonly plan: PlanJson;
  /** Addresses of the configuration, and whether they have `prevent_destroy`. */
  readonly preventDestroy: ReadonlyMap<string, boolean>;
}

/**
 * The deployed environment is protected, and the configuration no longer protects it. A plan does not show
 * `prevent_destroy`, so the environment counts as protected if its database has deletion protection, or had it until
 * someone turned it off outside Terraform.
 */
export function liftedProtection({ plan, preventDestroy }: PlannedProtection): Refusal[] {
  const deployed = plan.prior_state?.values?.root_module.resources ?? [];
  const known = [
    ...deployed.map(({ type, values }) => ({ type, values })),
    ...(plan.resource_drift ?? []).map(({ type, change }) => ({ type, values: change.before })),
  ];
  if (
    !known.some(({ type, values }) => type === "aws_rds_cluster" && attribute(values, "deletion_protection") === true)
  ) {
    return [];
  }
  return deployed
    .filter(({ address, type }) => type in PROTECTED_TYPES && preventDestroy.get(address) === false)
    .map(({ address, type }) => ({
      address,
      act: "prevent_destroy removed",
      lost: `Terraform's refusal to destroy ${PROTECTED_TYPES[type] ?? ""}`,
      byTerraform: false,
    }));
}

/** Addresses of the configuration, and whether they have `prevent_destroy`. */
export function preventDestroyOf(configuration: Json): Map<string, boolean> {
  const types = Object.entries(attribute(configuration, "resource") ?? {}) as [
    string,
    Readonly<Record<string, Json>>,
  ][];
  return new Map(
    types.flatMap(([type, resources]) =>
      Object.entries(resources).map(([name, resource]): [string, boolean] => [
        `${type}.${name}`,
        valueAt(resource, "lifecycle.prevent_destroy") === true,
      ]),
    ),
  );
}
