import type { Command } from "../shared/terminal/command";

export const completion: Command = {
  name: "completion",
  invocation: "npm run --silent completion",
  audience: "about",
  summary: "Print the shell completion of npm run",
  description: `\
Prints a script for the shell, which completes "npm run" in this folder: commands, environments, options and their
values. Elsewhere, npm's own completion works as before.`,
  arguments: [{ name: "SHELL", noun: "shell", description: "a shell", values: ["bash", "zsh"] }],
  examples: [
    { line: "source <(npm run --silent completion -- bash)", description: "Complete the commands in this folder" },
  ],
  module: "shared/terminal/completion",
};
