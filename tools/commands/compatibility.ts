import type { Command } from "../shared/terminal/command";

export const compatibility: Command = {
  name: "compatibility",
  audience: "develop",
  summary: "Try a newer AWS provider, and the successor of CDKTF",
  description: `\
Type-checks and synthesizes the sources with a newer AWS provider, with the successor of CDKTF, and with both, each in
a temporary folder.`,
  module: "develop/compatibility",
};
