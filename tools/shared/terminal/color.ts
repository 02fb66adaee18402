/**
 * Whether a stream's reader sees colours.
 *
 * @see https://no-color.org
 */
export function showsColor(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && (process.env.NO_COLOR ?? "") === "";
}
