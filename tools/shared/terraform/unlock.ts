/**
 * The command that releases a lock.
 *
 * @param folder - folder of the stack's `cdk.tf.json`
 * @param id - of the lock @default - a place to fill in
 */
export function unlockCommand(folder: string, id = "ID"): string {
  return `terraform -chdir=${folder} force-unlock ${id}`;
}
