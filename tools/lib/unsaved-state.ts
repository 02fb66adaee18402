import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../src/config/user-error";

/**
 * What Terraform writes its state to when it cannot reach the bucket.
 *
 * @see https://developer.hashicorp.com/terraform/language/state/remote
 */
const FILE = "errored.tfstate";

/** Whether an apply in this folder ended with a state that lies nowhere else. */
export function hasUnsavedState(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

/** What to do with a state that could not be written to the bucket. */
export function unsavedStateHint(folder: string): string {
  return `The state could not be written to the bucket; it lies in ${join(folder, FILE)} and nowhere else. Once the bucket can be reached: terraform -chdir=${folder} state push ${FILE}, then delete the file.`;
}

/** @throws UserError when the last apply could not save its state: a plan against an older one would make everything twice */
export function requireSavedState(folder: string): void {
  if (hasUnsavedState(folder)) {
    throw new UserError(`${unsavedStateHint(folder)} Nothing was changed.`);
  }
}
