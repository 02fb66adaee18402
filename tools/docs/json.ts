/** Characters of a line, as prettier is told in `.prettierrc.json`. */
const LINE_CHARACTERS = 120;

/** A list of what is neither list nor object, over several lines. */
const SIMPLE_LIST = /^( *)(.*)\[\n([^[\]{}]*)\n *\](,?)$/gm;

/** JSON as prettier leaves it: a list of simple values stands on one line where it fits. */
export function prettyJson(value: unknown): string {
  const expanded = JSON.stringify(value, null, 2);
  return `${expanded.replace(
    SIMPLE_LIST,
    (lines: string, indent: string, key: string, items: string, comma: string) => {
      const line = `${indent}${key}[${items
        .split("\n")
        .map((item) => item.trim())
        .join(" ")}]${comma}`;
      return line.length <= LINE_CHARACTERS ? line : lines;
    },
  )}\n`;
}
