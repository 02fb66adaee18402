import type { Command } from "../shared/terminal/command";
import { ENVIRONMENT, EXAMPLE } from "../shared/terminal/environments";

export const rehearse: Command = {
  name: "rehearse",
  audience: "develop",
  summary: "Deploy to an emulated AWS, plan again, destroy",
  description: "Deploys an environment to an emulated AWS on this machine, plans it again, and destroys it.",
  arguments: [{ ...ENVIRONMENT, description: `an environment, ${EXAMPLE} if not given`, optional: true }],
  options: [{ name: "keep", description: "leave it running, print how to look at it, and wait for Ctrl-C" }],
  examples: [
    { line: "npm run rehearse" },
    { line: "npm run rehearse -- --keep", description: "Leave it running until Ctrl-C" },
  ],
  module: "develop/rehearsal/command",
};
