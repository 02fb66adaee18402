/** One reference to an attribute of a resource, alone in its braces: `${aws_vpc.VPC.id}`. */
const REFERENCE = /\$\{(aws_\w+\.[\w-]+)\.(\w+)\}/g;

/** What may be the address of a resource, in any expression. */
const MENTION = /\baws_\w+\.[A-Za-z][\w-]*/g;

/** What is left where an expression is more than one reference. */
const EXPRESSION = "${";

/**
 * Value of a resource's attribute.
 *
 * @param address - such as `aws_vpc.VPC`
 * @param attribute - such as `id`
 * @returns undefined where it is not known
 */
export type AttributeLookup = (address: string, attribute: string) => string | undefined;

/**
 * Writes an argument of the synthesized JSON out, its references replaced by values.
 *
 * @param value - the argument
 * @param lookup - knows the values
 * @returns undefined where the argument is missing, is no scalar, or holds what is not known or is more than a
 *   reference to an attribute
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
 * Addresses that arguments mention, at any depth and in any expression; some may be no resource's.
 *
 * @param value - an argument, or all of a resource
 */
export function mentionedAddresses(value: unknown): string[] {
  return [...new Set(JSON.stringify(value).match(MENTION) ?? [])];
}
