/** Mark after a generated table. */
const END = "<!-- end of generated -->";

/**
 * Puts a table between the marks of a text.
 *
 * @param name - of the table, as in its first mark: `<!-- generated: NAME -->`
 * @throws Error if the text has no such mark
 */
export function withTable(text: string, name: string, content: string): string {
  const start = `<!-- generated: ${name} -->`;
  const from = text.indexOf(start) + start.length;
  const to = text.indexOf(END, from);
  if (!text.includes(start) || to < 0) {
    throw new Error(`There is no place for the table "${name}": ${start} … ${END}`);
  }
  return `${text.slice(0, from)}\n\n${content}\n\n${text.slice(to)}`;
}

/** Columns padded as prettier does, so that formatting changes nothing. */
export function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
