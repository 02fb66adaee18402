import { ACCOUNT } from "../../src/config/account";
import { FOUNDATION_STACK } from "../../src/config/names";
import type { Command } from "../shared/terminal/command";

export const bootstrap: Command = {
  name: "bootstrap",
  audience: "operate",
  summary: "Once per account: create the state bucket and the foundation",
  description: `\
Prepares account ${ACCOUNT.id} for environments: the state bucket, then the stack ${FOUNDATION_STACK}.
Terraform shows its plan and asks, unless --auto-approve is given. Safe to run again at any time.`,
  options: [{ name: "auto-approve", description: "apply without asking" }],
  examples: [{ line: "npm run bootstrap" }],
  module: "operate/bootstrap/command",
};
