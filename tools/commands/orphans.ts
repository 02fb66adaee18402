import type { Command } from "../shared/terminal/command";
import { ENVIRONMENT, EXAMPLE } from "../shared/terminal/environments";

export const orphans: Command = {
  name: "orphans",
  alias: "survivors",
  audience: "operate",
  summary: "List resources that exist in AWS and not in the state",
  description: `\
Lists the resources of an environment that exist in AWS but not in Terraform's state, for example after an apply that
was killed, with the command that imports each. Changes nothing and takes no lock.`,
  arguments: [ENVIRONMENT],
  options: [{ name: "json", description: "print the list as JSON" }],
  notes: "Exit codes: 0 there are none, 1 error, 2 there are some.",
  examples: [{ line: `npm run orphans -- ${EXAMPLE}` }],
  module: "operate/orphans/command",
};
