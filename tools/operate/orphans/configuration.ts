import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mentionedAddresses } from "./references";

/** A resource of the synthesized JSON. */
export interface ConfiguredResource {
  /** Such as `aws_vpc.VPC`. */
  readonly address: string;
  readonly type: string;
  /** References are left as they are. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Keys of a resource block that are not arguments of its type. */
const NO_ARGUMENTS = new Set(["//", "depends_on", "lifecycle", "provider", "provisioner", "connection"]);

/**
 * The resources of a stack, each after the resources that it refers to.
 *
 * @param folder - folder of a `cdk.tf.json`
 */
export function readConfiguration(folder: string): ConfiguredResource[] {
  const { resource = {} } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as {
    resource?: Record<string, Record<string, Record<string, unknown>>>;
  };
  return dependenciesFirst(
    Object.entries(resource).flatMap(([type, byName]) =>
      Object.entries(byName).map(([name, block]) => ({
        address: `${type}.${name}`,
        type,
        arguments: Object.fromEntries(Object.entries(block).filter(([key]) => !NO_ARGUMENTS.has(key))),
      })),
    ),
  );
}

/** Sorts resources so that each comes after the resources that it refers to. */
export function dependenciesFirst(resources: readonly ConfiguredResource[]): ConfiguredResource[] {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const sorted = new Set<ConfiguredResource>();
  const add = (resource: ConfiguredResource): void => {
    if (sorted.has(resource)) {
      return;
    }
    for (const address of mentionedAddresses(resource.arguments)) {
      const dependency = byAddress.get(address);
      if (dependency && dependency !== resource) {
        add(dependency);
      }
    }
    sorted.add(resource);
  };
  resources.forEach(add);
  return [...sorted];
}
