import { UserError } from "../../../src/shared/user-error";
import type { Command, Run } from "../../shared/terminal/command";
import { suggestion } from "../../shared/terminal/suggest";
import { listed, subcommandsOf, usageOf } from "../../shared/terminal/usage";
import { helpText } from "./help";

/** Runs `npm run help`. */
export const run: Run = (line, { commands, print }) => {
  const words = ["COMMAND", "SUBCOMMAND"].flatMap((name) => line.word(name) ?? []);
  print(words.length === 0 ? helpText(commands).trimEnd() : usageOf(commandAt(words, commands)));
  return Promise.resolve(0);
};

/** @throws UserError when there is no such command */
function commandAt([word = "", ...rest]: readonly string[], commands: readonly Command[]): Command {
  const command = commands.find(({ alias, name }) => word === name || word === alias);
  if (command === undefined) {
    const names = commands.map(({ name }) => name);
    throw new UserError(`There is no command "${word}"; there are ${listed(names, "and")}.${suggestion(word, names)}`);
  }
  return rest.length === 0 ? command : commandAt(rest, subcommandsOf(command));
}
