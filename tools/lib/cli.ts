import { UserError } from "../../src/config/user-error";

/**
 * Runs a command-line program: a mistake of the user is one message without a stack trace, and every
 * failure exits with 1.
 *
 * @param main - returns the exit code
 */
export function runCli(main: () => Promise<number>): void {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.exitCode = 1;
      console.error(error instanceof UserError ? error.message : error);
    },
  );
}
