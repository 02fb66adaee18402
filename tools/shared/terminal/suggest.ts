/** Words up to this length may differ in one letter only: they are too similar to each other. */
const SHORT = 4;

/**
 * Suggests a word for a mistyped one.
 *
 * @returns ` Did you mean "dev"?`, or nothing if no known word is similar
 */
export function suggestion(word: string, known: readonly string[]): string {
  const most = word.length <= SHORT ? 1 : 2;
  const [nearest] = known
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= most || (word.length >= SHORT && candidate.startsWith(word)))
    .sort((a, b) => a.far - b.far);
  return nearest === undefined ? "" : ` Did you mean "${nearest.candidate}"?`;
}

/** Number of letters to add, remove, replace, or swap with their neighbour. */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= from.length; row += 1) {
    rows.push([row]);
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          swapped ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(from.length, to.length);
}
