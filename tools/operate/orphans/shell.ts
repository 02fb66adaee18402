/** Words that need no quotes in a POSIX shell. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * Quotes a word for a POSIX shell, if necessary.
 *
 * @param word - such as an address or an id; anything
 */
export function quoted(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * The command that imports a resource into state.
 *
 * @param folder - folder of the stack's `cdk.tf.json`
 * @param address - of the resource
 * @param id - import id
 */
export function importCommand(folder: string, address: string, id: string): string {
  return ["terraform", `-chdir=${folder}`, "import", address, id].map(quoted).join(" ");
}
