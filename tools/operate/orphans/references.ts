/** A reference to an attribute of a resource, and nothing else: `${aws_vpc.VPC.id}`. */
const REFERENCE = /\$\{(aws_\w+\.[\w-]+)\.(\w+)\}/g;

/** Possible address of a resource, in any expression. */
const MENTION = /\baws_\w+\.[A-Za-z][\w-]*/g;

/** Remains if an expression is more than a reference. */
const EXPRESSION = "${";

/**
 * Value of a resource's attribute.
 *
 * @param address - such as `aws_vpc.VPC`
 * @param attribute - such as `id`
 * @returns undefined if it is unknown
 */
export type AttributeLookup = (address: string, attribute: string) => string | undefined;

/**
 * Replaces the references in an argument of the synthesized JSON with values.
 *
 * @param value - the argument
 * @param lookup - gives the values
 * @returns undefined if the argument is missing or not a scalar, or has an unknown value or an expression that is more
 *   than a reference
 */
export function resolveReferences(value: unknown, lookup: AttributeLookup): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  if (typeof value !== "string") {
    return undefined;
  }
  const missing: string[] = [];
  const text = value.replace(REFERENCE, (reference, address: string, attribute: string) => {
    const found = lookup(address, attribute);
    if (found === undefined) {
      missing.push(reference);
    }
    return found ?? "";
  });
  return missing.length > 0 || text.includes(EXPRESSION) ? undefined : text;
}

/**
 * Addresses in arguments, at any depth and in any expression; some may not be those of a resource.
 *
 * @param value - an argument, or all of a resource
 */
export function mentionedAddresses(value: unknown): string[] {
  return [...new Set(JSON.stringify(value).match(MENTION) ?? [])];
}
