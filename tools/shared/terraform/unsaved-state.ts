import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../src/shared/user-error";
import { unlockCommand } from "../aws/state-lock";

/**
 * The file that Terraform writes its state to when it cannot reach the bucket.
 *
 * @see https://developer.hashicorp.com/terraform/language/state/remote
 */
const FILE = "errored.tfstate";

/** Whether an apply in this folder ended with a state that was not saved anywhere else. */
export function hasUnsavedState(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

/**
 * What to do with a state that could not be written to the bucket. Usually the lock could not be released either,
 * and Terraform does not show its ID until the state is pushed.
 *
 * @param folder - folder of the stack's `cdk.tf.json`
 */
export function unsavedStateHint(folder: string): string {
  const file = join(folder, FILE);
  return [
    `The state could not be written to the bucket; it is in ${file} and nowhere else. Once the bucket can be reached:`,
    `  terraform -chdir=${folder} state push ${FILE} && rm ${file}`,
    `If the push reports a lock, it is the one that this apply could not release: ${unlockCommand(folder)}, and push again.`,
  ].join("\n");
}

/** @throws UserError when the last apply could not save its state: a plan against an older one would create everything twice */
export function requireSavedState(folder: string): void {
  if (hasUnsavedState(folder)) {
    throw new UserError(`${unsavedStateHint(folder)}\nNothing was changed.`);
  }
}
