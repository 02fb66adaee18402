import { main } from "../../../tools/cli";

/** How a command line ended, and what it printed. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, at no terminal. @param env - environment variables of the command */
export async function runLine(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const code = await main(argv, {
    env,
    interactive: false,
    print: (text) => stdout.push(text),
    complain: (text) => stderr.push(text),
  });
  return { code, stdout: stdout.join("\n"), stderr: stderr.join("\n") };
}
