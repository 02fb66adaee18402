import type { Command } from "../shared/terminal/command";
import { ENVIRONMENT, EXAMPLE } from "../shared/terminal/environments";

export const apply: Command = {
  name: "apply",
  audience: "operate",
  summary: "Apply exactly the plan that was reviewed",
  description: `Applies the plan that "npm run plan" saved, exactly as it was reviewed.`,
  arguments: [ENVIRONMENT],
  options: [
    {
      name: "max-age",
      value: "HOURS",
      description: "the oldest plan to apply",
      // An older plan was reviewed in another situation.
      default: "24",
      problem: (hours) =>
        Number(hours) > 0 ? undefined : `--max-age is "${hours}"; it takes a number of hours above 0.`,
    },
  ],
  notes: "Exit codes: 0 applied, or nothing to apply; 1 refused or failed; 130 interrupted.",
  examples: [{ line: `npm run apply -- ${EXAMPLE}` }],
  module: "operate/plan/apply-command",
};
