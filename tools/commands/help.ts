import type { Command } from "../shared/terminal/command";

export const help: Command = {
  name: "help",
  audience: "about",
  summary: "Show all commands, or the usage of one",
  arguments: [
    { name: "COMMAND", noun: "command", description: "a command, such as plan", optional: true },
    { name: "SUBCOMMAND", noun: "subcommand", description: "one of its subcommands", optional: true },
  ],
  examples: [
    { line: "npm run help", description: "Show all commands" },
    { line: "npm run help -- db", description: "Show the usage of one; COMMAND --help does the same" },
  ],
  module: "develop/docs/help-command",
};
