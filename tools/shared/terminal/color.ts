/**
 * Whether a stream shows colors: it is a terminal, and `NO_COLOR` is not set.
 *
 * @see https://no-color.org
 */
export function showsColor(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && (process.env.NO_COLOR ?? "") === "";
}
