import { Line, type Argument, type Command, type Option } from "./command";
import { suggestion } from "./suggest";
import { listed, subcommandsOf, synopsisOf } from "./usage";

/** Placeholder for the value of an option that is given without one. It cannot be typed. */
export const MISSING = "\0missing";

/** A command line as commander parses it. */
export interface Parsed {
  readonly command: Command;
  /** Words, and options that the command does not have, in their order. */
  readonly rest: readonly string[];
  /** Values of options; a flag has `true`. */
  readonly given: Readonly<Record<string, true | readonly string[]>>;
}

/** Every problem with a command line, one sentence each. */
export function problemsOf({ command, rest, given }: Parsed, env: NodeJS.ProcessEnv): readonly string[] {
  const { arguments: args = [], options = [] } = command;
  const words = wordsOf(rest);
  const taken = takenByNpm(command, given, env);
  // npm passes the value of an option that it took on as a word.
  const excess = taken.length > 0 ? [] : excessWords(command, rest);
  const problems = [
    ...taken,
    ...(command.module === undefined ? unknownCommand(command, words[0]) : [...wrongWords(command, words), ...excess]),
    ...rest.filter(isOption).map((option) => unknownOption(option, options)),
    ...options.flatMap((option) => wrongValues(option, given[option.name])),
  ];
  const whole = command.module !== undefined && words.length <= args.length;
  return whole ? [...problems, ...(command.problems?.(lineOf({ command, rest, given }), env) ?? [])] : problems;
}

/** The parsed line. An option without its value counts as not given. */
export function lineOf({ command, rest, given }: Parsed): Line {
  const known = Object.entries(given).map(([name, value]): [string, true | readonly string[]] => [
    name,
    value === true ? value : value.filter((one) => one !== MISSING),
  ]);
  return new Line(command, wordsOf(rest), Object.fromEntries(known));
}

function wordsOf(rest: readonly string[]): readonly string[] {
  return rest.filter((word) => !isOption(word));
}

function isOption(word: string | undefined): boolean {
  return word !== undefined && word.startsWith("-") && word !== "-";
}

function unknownCommand(command: Command, word: string | undefined): string[] {
  const names = subcommandsOf(command).map(({ name }) => name);
  if (word === undefined) {
    return [`Name a command: ${listed(names, "or")}.`];
  }
  return names.includes(word) ? [] : [unknown("command", word, names)];
}

function wrongWords({ arguments: args = [] }: Command, words: readonly string[]): string[] {
  const missing = args.slice(words.length).filter(({ optional = false }) => !optional);
  return [
    ...missing.map(({ name, noun, values }) => `Name the ${noun}: ${values ? listed(values, "or") : name}.`),
    ...args.flatMap((argument, index) => wrongWord(argument, words[index])),
  ];
}

/** After an unknown option, an extra word is probably its value. */
function excessWords({ name, arguments: args = [] }: Command, rest: readonly string[]): string[] {
  const words = rest.map((word, index) => ({ word, before: rest[index - 1] })).filter(({ word }) => !isOption(word));
  return words
    .slice(args.length)
    .filter(({ before }) => !isOption(before))
    .map(({ word }) => {
      const same = args.find(({ values }) => values?.includes(word));
      return same === undefined
        ? `Unexpected argument "${word}".`
        : `Unexpected argument "${word}": ${name} takes one ${same.noun} at a time.`;
    });
}

function wrongWord({ noun, values }: Argument, word: string | undefined): string[] {
  return word === undefined || values === undefined || values.includes(word) ? [] : [unknown(noun, word, values)];
}

function unknown(noun: string, word: string, known: readonly string[]): string {
  const there = `there ${known.length === 1 ? "is" : "are"} ${listed(known, "and")}`;
  return `There is no ${noun} "${word}"; ${there}.${suggestion(word, known)}`;
}

function unknownOption(word: string, options: readonly Option[]): string {
  const name = word.split("=")[0] ?? word;
  return options.some((option) => `--${option.name}` === name)
    ? `${name} takes no value.`
    : `There is no option "${name}".${suggestion(name, ["--help", ...options.map((option) => `--${option.name}`)])}`;
}

function wrongValues(option: Option, given: true | readonly string[] = []): string[] {
  const { name, values, problem } = option;
  if (given === true) {
    return [];
  }
  return given.flatMap((value) => {
    if (value === MISSING) {
      return [`--${name} needs a value: ${values === undefined ? (option.value ?? "") : listed(values, "or")}.`];
    }
    if (values !== undefined && !values.includes(value)) {
      return [unknown(option.value?.toLowerCase() ?? name, value, values)];
    }
    return problem?.(value) ?? [];
  });
}

/** npm keeps options that come before ` -- `, and sets a variable for each. */
function takenByNpm(command: Command, given: Parsed["given"], env: NodeJS.ProcessEnv): string[] {
  const taken = (command.options ?? []).filter(
    ({ name }) => given[name] === undefined && env[`npm_config_${name.replaceAll("-", "_")}`] !== undefined,
  );
  const names = taken.map(({ name }) => `--${name}`);
  const line = synopsisOf({ ...command, options: taken }).replace(/[[\]]|\.\.\./g, "");
  return taken.length === 0
    ? []
    : [`npm took ${listed(names, "and")} for itself: write -- before the arguments, as in ${line}.`];
}
