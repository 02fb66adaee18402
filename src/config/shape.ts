/** A field that is missing, unknown, or of another kind than it must be. */
export interface ShapeProblem {
  /** Path of the field, such as `network.zones`. */
  readonly field: string;
  /** What was written. */
  readonly received: unknown;
  /** What to write instead. */
  readonly remedy: string;
}

/**
 * How a value's shape differs from a template's: the same fields, each of the same kind. Synthesis
 * bundles the sources without a type-check, so a literal may be anything.
 *
 * @param template - a value of the right shape; an empty list in it says nothing of its entries
 * @param value - what was written
 * @param path - path of both @default - the top
 */
export function shapeProblems(template: unknown, value: unknown, path = ""): ShapeProblem[] {
  if (kindOf(value) !== kindOf(template)) {
    return [{ field: path || "environment", received: value, remedy: `write ${KINDS[kindOf(template)] ?? ""}` }];
  }
  if (Array.isArray(template)) {
    if (template.length === 0) {
      return [];
    }
    return (value as unknown[]).flatMap((entry, index) =>
      shapeProblems(template[0], entry, `${path}[${String(index)}]`),
    );
  }
  if (kindOf(template) !== "object") {
    return [];
  }
  const [wanted, given] = [template as Record<string, unknown>, value as Record<string, unknown>];
  const below = (field: string): string => (path ? `${path}.${field}` : field);
  const unknown = Object.keys(given).filter((field) => !(field in wanted));
  return [
    ...Object.keys(wanted).flatMap((field) => shapeProblems(wanted[field], given[field], below(field))),
    ...unknown.map((field) => ({
      field: below(field),
      received: given[field],
      remedy: "there is no such field; remove it, or mend its name",
    })),
  ];
}

/**
 * A template of what any of several values has, so that a field that one of them lost is still asked of it.
 *
 * @param values - earlier ones count first
 */
export function commonShape(...values: readonly object[]): object {
  const merged: Record<string, unknown> = {};
  for (const [field, value] of values.flatMap((each): [string, unknown][] => Object.entries(each))) {
    const known = merged[field];
    const bothSections = kindOf(known) === "object" && kindOf(value) === "object";
    merged[field] = bothSections ? commonShape(known as object, value as object) : (known ?? value);
  }
  return merged;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  list: "a list",
  object: "a section with its fields",
};

function kindOf(value: unknown): string {
  if (Array.isArray(value)) {
    return "list";
  }
  return value === null ? "null" : typeof value;
}
