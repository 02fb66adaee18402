import { UserError } from "../../../src/shared/user-error";

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
      console.error(error instanceof UserError ? error.message : (ofThisMachine(error) ?? error));
    },
  );
}

/** What Node.js says of a file or a program that it cannot use; undefined for anything else. */
function ofThisMachine(error: unknown): string | undefined {
  const { code, message, path, syscall } = error as Partial<NodeJS.ErrnoException>;
  return code === undefined || path === undefined || syscall === undefined
    ? undefined
    : `This machine does not let the command work (${message ?? code}). Mend ${path}, and run it again.`;
}
