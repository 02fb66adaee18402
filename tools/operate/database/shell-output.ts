import type { StatementResult } from "./session";

/** Characters that would break the table or control the terminal. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * The result of a statement: a table and its row count, or the command and the number of rows that it wrote. NULL is
 * empty; control characters are escaped.
 *
 * @returns lines, each with a line break
 */
export function formatResult({ columns, rows, changed, command }: StatementResult): string {
  if (columns.length === 0) {
    return `${command}${changed === undefined ? "" : ` ${String(changed)}`}\n`;
  }
  const table = [columns, ...rows].map((row) => row.map((value) => visible(value ?? "")));
  const widths = columns.map((_, index) => table.reduce((width, row) => Math.max(width, length(row[index] ?? "")), 0));
  const lines = table.map((row) =>
    row.map((value, index) => ` ${value}${" ".repeat((widths[index] ?? 0) - length(value))} `).join("|"),
  );
  lines.splice(1, 0, widths.map((width) => "-".repeat(width + 2)).join("+"));
  lines.push(`(${String(rows.length)} ${rows.length === 1 ? "row" : "rows"})`);
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function visible(value: string): string {
  return value.replaceAll(
    CONTROL,
    (character) => ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

function length(text: string): number {
  return Array.from(text).length;
}
