import { app } from "./commands/app";
import { apply } from "./commands/apply";
import { bench } from "./commands/bench";
import { bootstrap } from "./commands/bootstrap";
import { ci } from "./commands/ci";
import { compatibility } from "./commands/compatibility";
import { completion } from "./commands/completion";
import { db } from "./commands/db";
import { docs } from "./commands/docs";
import { help } from "./commands/help";
import { orphans } from "./commands/orphans";
import { plan } from "./commands/plan";
import { preflight } from "./commands/preflight";
import { rehearse } from "./commands/rehearse";
import { role } from "./commands/role";
import type { Command, Context } from "./shared/terminal/command";
import { runProgram } from "./shared/terminal/program";

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  bootstrap,
  preflight,
  plan,
  apply,
  orphans,
  db,
  role,
  rehearse,
  app,
  docs,
  bench,
  compatibility,
  ci,
  help,
  completion,
];

/** The program, whose subcommands are the commands. */
const PROGRAM: Command = {
  name: "run.cjs",
  invocation: "node tools/run.cjs",
  summary: "Phase A of Aleena's Cuisine",
  subcommands: COMMANDS.map((command) => ({ invocation: `npm run ${command.name}`, ...command })),
};

/**
 * Runs a command line.
 *
 * @param argv - the words after the program's own name
 * @returns the exit code
 */
export function main(
  argv: readonly string[],
  {
    env = process.env,
    interactive = process.stdin.isTTY,
    print = (text) => {
      console.log(text);
    },
    complain = (text) => {
      console.error(text);
    },
  }: Partial<Omit<Context, "commands">> = {},
): Promise<number> {
  return runProgram(argv, PROGRAM, { env, interactive, print, complain, commands: COMMANDS });
}
