/**
 * A mistake that the person at the keyboard can mend. Commands print its message alone, without a
 * stack trace, and exit with 1.
 */
export class UserError extends Error {
  public override readonly name = "UserError";
}
