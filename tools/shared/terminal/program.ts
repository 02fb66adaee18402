import { Command as Parser, CommanderError, Option as ParserOption } from "commander";
import { createRequire } from "node:module";
import { join } from "node:path";
import { inspect } from "node:util";
import { UserError } from "../../../src/shared/user-error";
import type { Command, Context, Option, Run } from "./command";
import { lineOf, MISSING, problemsOf, type Parsed } from "./problems";
import { subcommandsOf, usageOf } from "./usage";

/** Folder to which the modules of commands are relative. */
const TOOLS = join(__dirname, "..", "..");

/**
 * Runs the command of a command line. A user's mistake gets one message without a stack trace.
 *
 * @param argv - the words after the program's own name
 * @param root - the program, whose subcommands are the commands
 * @returns the exit code: 1 for a mistake and for every failure
 */
export async function runProgram(argv: readonly string[], root: Command, context: Context): Promise<number> {
  try {
    const parsed = await parse(argv, root, context);
    return parsed === undefined ? 0 : await runParsed(parsed, context);
  } catch (error) {
    context.complain(failureText(error));
    return 1;
  }
}

async function runParsed(parsed: Parsed, context: Context): Promise<number> {
  const { command } = parsed;
  const problems = problemsOf(parsed, context.env);
  if (command.module === undefined || problems.length > 0) {
    throw new UserError(`${problems.join("\n")}\nNothing was done.\n\n${usageOf(command)}`);
  }
  const { run } = createRequire(__filename)(join(TOOLS, command.module)) as { run: Run };
  return run(lineOf(parsed), context);
}

/** @returns undefined if the line asked for help, which was printed */
async function parse(argv: readonly string[], root: Command, { print }: Context): Promise<Parsed | undefined> {
  const found: { parsed?: Parsed } = {};
  const parser = parserOf(root, print, (parsed) => {
    found.parsed = parsed;
  });
  try {
    await parser.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
  }
  return found.parsed;
}

/**
 * Parses the words of a command. The parser reports no problems, because it would stop at the first one: unknown
 * options come with the words, and an option without its value has {@link MISSING}.
 */
function parserOf(command: Command, print: (text: string) => void, onParsed: (parsed: Parsed) => void): Parser {
  const parser = new Parser(command.name)
    .allowUnknownOption()
    .allowExcessArguments()
    .helpCommand(false)
    .argument("[words...]")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        print(text);
      },
    })
    .configureHelp({ formatHelp: () => usageOf(command) })
    .action(() => {
      onParsed({ command, rest: parser.args, given: givenOf(parser) });
    });
  if (command.alias !== undefined) {
    parser.alias(command.alias);
  }
  for (const option of command.options ?? []) {
    parser.addOption(parserOptionOf(option));
  }
  for (const subcommand of subcommandsOf(command)) {
    parser.addCommand(parserOf(subcommand, print, onParsed));
  }
  return parser;
}

function parserOptionOf({ name, value }: Option): ParserOption {
  return value === undefined
    ? new ParserOption(`--${name}`)
    : new ParserOption(`--${name} [value]`)
        .preset(MISSING)
        .argParser((one: string, before?: readonly string[]) => [...(before ?? []), one]);
}

/** Includes the options that come before the command's name. */
function givenOf(parser: Parser): Parsed["given"] {
  const names = parser.options.map((option): [string, string] => [option.attributeName(), option.name()]);
  const values = parser.optsWithGlobals<Record<string, true | readonly string[] | undefined>>();
  return Object.fromEntries(
    names.flatMap(([attribute, name]): [string, true | readonly string[]][] => {
      const value = values[attribute];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The text for a failure: a message if the user can fix it, otherwise everything. */
function failureText(error: unknown): string {
  if (error instanceof UserError) {
    return error.message;
  }
  return machineProblem(error) ?? inspect(error);
}

/** A message about a file or a program that Node.js cannot use; undefined for anything else. */
function machineProblem(error: unknown): string | undefined {
  const { code, message, path, syscall } = error as Partial<NodeJS.ErrnoException>;
  return code === undefined || path === undefined || syscall === undefined
    ? undefined
    : `This command cannot run on this machine (${message ?? code}). Fix ${path}, and run it again.`;
}
