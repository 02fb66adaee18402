import type { Command } from "../shared/terminal/command";
import { ENVIRONMENT, EXAMPLE } from "../shared/terminal/environments";

/** An address as Terraform writes it, in the root module. */
const ADDRESS = /^[a-z0-9_]+\.[A-Za-z_][\w-]*(\[.+\])?$/;

export const plan: Command = {
  name: "plan",
  audience: "operate",
  summary: "Save a plan and show its review",
  description: `\
Plans an environment, saves the plan, and shows what a reviewer needs to know. docs/review.md explains the review.
The review is also written next to the plan, as review.md and review.json.`,
  arguments: [ENVIRONMENT],
  options: [
    {
      name: "allow",
      value: "ADDRESS",
      description: "a resource that may be lost or weakened",
      repeatable: true,
      problem: (address) =>
        ADDRESS.test(address) ? undefined : `"${address}" is not an address, such as aws_s3_bucket.ImagesBucket.`,
    },
    {
      name: "format",
      value: "FORMAT",
      values: ["terminal", "markdown", "json"],
      description: "of the review on standard output",
      default: "terminal",
    },
  ],
  notes: "Exit codes: 0 no changes, 1 error, 2 changes, 3 refused by the gate, 130 interrupted.",
  examples: [
    { line: `npm run plan -- ${EXAMPLE}` },
    {
      line: `npm run plan -- ${EXAMPLE} --allow aws_s3_bucket.ImagesBucket`,
      description: "Allow a loss that the gate refused",
    },
  ],
  module: "operate/plan/plan-command",
};
