import type { TerraformResource } from "cdktf";
import { createHash } from "node:crypto";

/** Arguments for Terraform alone, which API Gateway does not deploy. */
const NOT_DEPLOYED = new Set(["//", "depends_on", "lifecycle", "tags"]);

/**
 * Hash of what a deployment copies: type and arguments of every resource of the API's definition. References count as
 * they are written, so ids that AWS assigns do not change it; neither does the order.
 *
 * @param definition - {@link deployedArguments} of each resource, resolved
 * @returns SHA-256, hexadecimal
 */
export function definitionHash(definition: readonly Readonly<Record<string, unknown>>[]): string {
  const lines = definition.map((resource) => JSON.stringify(sorted(resource))).sort();
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

/**
 * Type and arguments of a resource, in Terraform's spelling.
 *
 * @param resource - resource of the construct tree; its tokens stay unresolved
 */
export function deployedArguments(resource: TerraformResource): Record<string, unknown> {
  const block = (resource.toTerraform() as { resource: Record<string, Record<string, object>> }).resource;
  const [[type, byId]] = Object.entries(block) as [[string, Record<string, object>]];
  const [args] = Object.values(byId);
  return {
    type,
    arguments: Object.fromEntries(Object.entries(args ?? {}).filter(([name]) => !NOT_DEPLOYED.has(name))),
  };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, entry]) => [key, sorted(entry)]),
    );
  }
  return value;
}
