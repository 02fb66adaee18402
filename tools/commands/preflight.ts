import type { Command } from "../shared/terminal/command";
import { ENVIRONMENT, EXAMPLE } from "../shared/terminal/environments";

export const preflight: Command = {
  name: "preflight",
  audience: "operate",
  summary: "Check what would stop an apply half-way",
  description: `\
Checks what would stop a plan or an apply half-way, and what is left to do by hand. Changes nothing.`,
  arguments: [ENVIRONMENT],
  notes: "Exit codes: 0 nothing blocks, 1 a blocking check failed.",
  examples: [{ line: `npm run preflight -- ${EXAMPLE}` }],
  module: "operate/preflight/command",
};
