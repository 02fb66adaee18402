/** Shorter words are too much alike for a suggestion of more than one letter. */
const SHORT = 4;

/**
 * What somebody may have meant by a mistyped word.
 *
 * @returns ` Did you mean "dev"?`, or nothing when no known word is near
 */
export function suggestion(word: string, known: readonly string[]): string {
  const most = word.length <= SHORT ? 1 : 2;
  const [nearest] = known
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= most || (word.length >= SHORT && candidate.startsWith(word)))
    .sort((a, b) => a.far - b.far);
  return nearest === undefined ? "" : ` Did you mean "${nearest.candidate}"?`;
}

/** How many letters are to be added, left out, exchanged or swapped with their neighbour. */
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
