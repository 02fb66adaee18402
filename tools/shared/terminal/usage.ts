import type { Argument, Command, Option } from "./command";

/** How to run a command, without its arguments. */
export function invocationOf({ invocation, name }: Command): string {
  return invocation ?? `npm run ${name}`;
}

/** The subcommands of a command, with its options and audience, and how to run them. */
export function subcommandsOf(parent: Command): readonly Command[] {
  const { subcommands = [], options = [], audience } = parent;
  const separator = needsDashes(parent) ? " --" : "";
  return subcommands.map((command) => ({
    ...(audience !== undefined && { audience }),
    invocation: `${invocationOf(parent)}${separator} ${command.name}`,
    ...command,
    options: [...(command.options ?? []), ...options],
  }));
}

/** npm itself takes options that come before ` -- `. */
function needsDashes(command: Command): boolean {
  const invocation = invocationOf(command);
  return invocation.startsWith("npm run ") && !invocation.includes(" -- ");
}

/** The synopsis of a command: `npm run plan -- ENVIRONMENT [--allow ADDRESS]...`. */
export function synopsisOf(command: Command): string {
  const { arguments: args = [], options = [], subcommands = [] } = command;
  const words = [
    ...(subcommands.length > 0 ? ["COMMAND"] : []),
    ...args.map(({ name, optional = false }) => (optional ? `[${name}]` : name)),
    ...options.map((option) => `[${termOf(option)}]${option.repeatable === true ? "..." : ""}`),
  ];
  const dashes = words.length > 0 && needsDashes(command) ? ["--"] : [];
  return [invocationOf(command), ...dashes, ...words].join(" ");
}

/** The usage of a command: its synopsis, what it does, and everything that it takes. */
export function usageOf(command: Command): string {
  const { arguments: args = [], options = [], notes } = command;
  const subcommands = subcommandsOf(command);
  const terms: [string, string][] = [
    ...subcommands.map((one): [string, string] => [signatureOf(one), one.summary]),
    ...args.map((argument): [string, string] => [argument.name, describe(argument)]),
    ...options.map((option): [string, string] => [termOf(option), describe(option)]),
  ];
  const blocks = [
    `usage: ${synopsisOf(command)}`,
    command.description ?? command.summary,
    columns(terms),
    notes ?? "",
    examplesOf(command).length === 0 ? "" : `Examples:\n${columns(examplesOf(command))}`,
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

/** The examples of a command, each with what it does. */
export function examplesOf({ examples = [], summary }: Command): readonly [line: string, description: string][] {
  return examples.map(({ line, description = summary }) => [line, description]);
}

/** Two columns, indented. */
export function columns(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`.trimEnd()).join("\n");
}

function signatureOf({ name, arguments: args = [] }: Command): string {
  return [name, ...args.map(({ name: word, optional = false }) => (optional ? `[${word}]` : word))].join(" ");
}

function termOf({ name, value, values }: Option): string {
  return value === undefined ? `--${name}` : `--${name} ${values ? values.join("|") : value}`;
}

function describe(item: Argument | Option): string {
  const { description, values } = item;
  const choices = "noun" in item && values ? `: ${listed(values, "or")}` : "";
  const fallback = "default" in item && item.default ? `; ${item.default} if not given` : "";
  const repeatable = "repeatable" in item && item.repeatable === true ? "; may be given more than once" : "";
  return `${description}${choices}${repeatable}${fallback}`;
}

/** Words as a sentence lists them: `a, b or c`. */
export function listed(words: readonly string[], conjunction: "and" | "or"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1) ?? ""}`;
}
