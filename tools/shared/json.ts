/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Whether a value has named members. */
export function isObject(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of an object; undefined if the value is not an object or has no such member. */
export function attribute(value: Json, name: string): Json | undefined {
  return isObject(value) ? value[name] : undefined;
}

/** The value at a path of names; null if there is none. A list of one block needs no index. */
export function valueAt(tree: Json, path: string): Json {
  return path.split(".").reduce<Json>((value, name) => {
    const whole: Json = Array.isArray(value) && value.length === 1 ? ((value as readonly Json[])[0] ?? null) : value;
    return attribute(whole, name) ?? null;
  }, tree);
}

/** The JSON object or list in a text; undefined for everything else. */
export function parseJson(text: Json | undefined): Json | undefined {
  if (typeof text !== "string" || !/^\s*[[{]/.test(text)) {
    return undefined;
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    // It only begins like JSON.
    return undefined;
  }
}

/** The values of a list; a value that is not a list is a list of one. Undefined is an empty list. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined) {
    return [];
  }
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}
