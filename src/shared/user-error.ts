/**
 * A problem that the user can fix. Commands print its message alone, without a
 * stack trace, and exit with 1.
 */
export class UserError extends Error {
  public override readonly name = "UserError";
}
