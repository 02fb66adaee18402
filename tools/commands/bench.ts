import type { Command } from "../shared/terminal/command";

export const bench: Command = {
  name: "bench",
  invocation: "node tools/run.cjs bench",
  audience: "develop",
  summary: "Measure the speed of the synthesis, of a plan, or of the app's start",
  notes: "Exit codes: 0 within the limit, 1 slower.",
  subcommands: [
    {
      name: "synthesis",
      invocation: "npm run bench",
      summary: "all stacks and a hundred environments, against node -e 0",
      module: "develop/bench/synthesis",
    },
    {
      name: "plan",
      invocation: "npm run bench:plan",
      summary: "a reviewed plan, against Terraform's own plan",
      module: "develop/bench/plan",
    },
    {
      name: "app",
      invocation: "npm run bench:app",
      summary: "import and first answer of the app's package",
      module: "develop/bench/app",
    },
  ],
};
