/** Who a command is for, in the order in which the help shows it. */
export const AUDIENCES = ["operate", "develop", "pipeline", "about"] as const;

/** Who a command is for. */
export type Audience = (typeof AUDIENCES)[number];

/** A word that a command takes by its position. */
export interface Argument {
  /** Name in the usage, such as `ENVIRONMENT`. */
  readonly name: string;
  /** What it is, in one or two words for messages: `environment`. */
  readonly noun: string;
  readonly description: string;
  /** The only words that it takes. @default - any word */
  readonly values?: readonly string[];
  /** Whether the command also runs without it. @default false */
  readonly optional?: boolean;
}

/** An option of a command. */
export interface Option {
  /** Long name without dashes, such as `max-age`. */
  readonly name: string;
  readonly description: string;
  /** Name of its value in the usage, such as `HOURS`. @default - a flag, which takes no value */
  readonly value?: string;
  /** The only values that it takes. @default - any value */
  readonly values?: readonly string[];
  /** Value when the command line has none. @default - no value */
  readonly default?: string;
  /** Whether it may be given more than once. @default false */
  readonly repeatable?: boolean;
  /** The problem with a value; undefined if there is none. @default - every value is valid */
  readonly problem?: (value: string) => string | undefined;
}

/** A command line as a user types it, and what it does. */
export interface Example {
  /** As it is typed. */
  readonly line: string;
  /** @default - the summary of the command */
  readonly description?: string;
}

/** A command of the program, or one of its subcommands. */
export interface Command {
  readonly name: string;
  /** A second name. @default - it has one name */
  readonly alias?: string;
  /** How to run it, without its arguments. @default - `npm run NAME` */
  readonly invocation?: string;
  /** Who it is for. @default - the audience of the command that it is part of */
  readonly audience?: Audience;
  /** One line for the list of all commands. */
  readonly summary: string;
  /** What it does; a paragraph. @default - the summary */
  readonly description?: string;
  /** @default - none */
  readonly arguments?: readonly Argument[];
  /** Subcommands take them too. @default - none */
  readonly options?: readonly Option[];
  /** Exit codes, and what else a reader of the usage must know. @default - nothing */
  readonly notes?: string;
  /** Lines for the help of the program and of the command. @default - none */
  readonly examples?: readonly Example[];
  /** Problems with a line whose words and options are each valid. @default - none */
  readonly problems?: (line: Line, env: NodeJS.ProcessEnv) => readonly string[];
  /** @default - none: the command runs by itself */
  readonly subcommands?: readonly Command[];
  /**
   * Module that runs it, relative to `tools/`: its export `run` is a {@link Run}. Only loaded when the command runs.
   * @default - none: its subcommands run
   */
  readonly module?: string;
}

/** What a command gets in addition to its line. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  /** Whether a person can answer questions: standard input is a terminal. */
  readonly interactive: boolean;
  /** Writes a line to standard output. */
  readonly print: (text: string) => void;
  /** Writes a line to standard error. */
  readonly complain: (text: string) => void;
  /** Every command of the program. */
  readonly commands: readonly Command[];
}

/**
 * Runs a command.
 *
 * @returns the exit code
 * @throws UserError with the failure and what to do
 */
export type Run = (line: Line, context: Context) => Promise<number>;

/** A command line whose words and options are each valid. */
export class Line {
  /**
   * @param command - that the line runs
   * @param words - values of its arguments, in their order
   * @param given - values of its options; a flag has `true`
   */
  public constructor(
    public readonly command: Command,
    private readonly words: readonly string[],
    private readonly given: Readonly<Record<string, true | readonly string[]>>,
  ) {}

  /** The word of an argument; undefined when it is not given. */
  public word(name: string): string | undefined {
    return this.words[this.command.arguments?.findIndex((argument) => argument.name === name) ?? -1];
  }

  /** Whether a flag is given. */
  public flag(name: string): boolean {
    return this.given[name] === true;
  }

  /** Every value of an option, each once; its default when none is given. */
  public values(name: string): readonly string[] {
    const given = this.given[name];
    const fallback = this.command.options?.find((option) => option.name === name)?.default;
    return Array.isArray(given) ? [...new Set<string>(given as string[])] : fallback === undefined ? [] : [fallback];
  }

  /** The last value of an option, or its default; undefined when it has neither. */
  public value(name: string): string | undefined {
    return this.values(name).at(-1);
  }
}
