import { resolve } from "node:path";
import type { EnvironmentConfig } from "../../src/config/schema";
import { UserError } from "../../src/shared/user-error";
import { stackName } from "../../src/config/names";
import { ENVIRONMENT_NAMES, environmentOf, parseLine } from "../shared/terminal/arguments";
import { runCli } from "../shared/terminal/cli";
import { showsColor } from "../shared/terminal/color";
import { cleaningUp } from "../shared/process/interrupt";
import { outputFolder, stackFolder } from "../shared/terraform/synthesize";
import { renderPreflight } from "../operate/preflight/preflight";
import { renderMarkdown } from "../operate/review/render-markdown";
import { renderTerminal } from "../operate/review/render-terminal";
import { changesAnything, type Review } from "../operate/review/review";
import { makePlan } from "../operate/plan/plan";
import { REVIEW_FILES } from "../operate/plan/record";

const FORMATS = ["terminal", "markdown", "json"] as const;
type Format = (typeof FORMATS)[number];

/** Exit codes: Terraform's of `-detailed-exitcode`, and one more. */
const NO_CHANGES = 0;
const CHANGES = 2;
const REFUSED = 3;

const USAGE = `usage: npm run plan -- ENVIRONMENT [--allow ADDRESS]... [--format terminal|markdown|json]

Plans an environment, saves the plan, and shows what a reviewer has to know.

  ENVIRONMENT  ${ENVIRONMENT_NAMES}
  --allow      a resource that may be lost or weakened, by its address; may be given more than once
  --format     of the review on standard output @default terminal; ${Object.values(REVIEW_FILES).join(" and ")} are always written

Exit codes: 0 no changes, 1 error, 2 changes, 3 refused by the gate, 130 interrupted.`;

/** An address as Terraform writes it, in the root module. */
const ADDRESS = /^[a-z0-9_]+\.[A-Za-z_][\w-]*(\[.+\])?$/;

runCli(() =>
  cleaningUp("gracefully", plan, () => {
    console.error("Interrupted: Terraform releases its lock. Nothing was saved.");
  }),
);

async function plan(): Promise<number> {
  const { allowed, config, format } = readArguments(process.argv.slice(2));
  const outdir = outputFolder();
  const review = await makePlan({
    config,
    outdir,
    env: process.env,
    allowed,
    onChecked: (results) => {
      console.error(renderPreflight(results, { color: showsColor(process.stderr) }));
    },
    onProgress: (text) => {
      console.error(`${text} …`);
    },
  });
  const folder = resolve(stackFolder(outdir, stackName(config.name)));
  console.log(RENDERERS[format](review, folder));
  console.error(farewell(review, folder));
  return exitCode(review);
}

const RENDERERS: Readonly<Record<Format, (review: Review, folder: string) => string>> = {
  terminal: (review, folder) => renderTerminal(review, { color: showsColor(process.stdout), folder }),
  markdown: (review) => renderMarkdown(review),
  json: (review) => JSON.stringify(review, undefined, 2),
};

function exitCode(review: Review): number {
  if (review.gate.refusals.length > 0) {
    return REFUSED;
  }
  return changesAnything(review) ? CHANGES : NO_CHANGES;
}

function farewell(review: Review, folder: string): string {
  switch (exitCode(review)) {
    case REFUSED:
      return "The gate refused: this plan cannot be applied.";
    case CHANGES:
      return `Saved in ${folder}. Apply exactly this: npm run apply -- ${review.environment}`;
    default:
      return "Nothing to apply.";
  }
}

function readArguments(args: string[]): { config: EnvironmentConfig; allowed: string[]; format: Format } {
  const { positionals, values } = parseLine(
    {
      args,
      allowPositionals: true,
      options: {
        allow: { type: "string", multiple: true, default: [] as string[] },
        format: { type: "string", default: "terminal" },
      },
    },
    USAGE,
  );
  const config = environmentOf(positionals);
  const format = FORMATS.find((known) => known === values.format);
  const problems = [
    ...(typeof config === "string" ? [config] : []),
    ...(format ? [] : [`There is no format "${values.format}"; there is ${FORMATS.join(", ")}.`]),
    ...values.allow
      .filter((address) => !ADDRESS.test(address))
      .map((address) => `"${address}" is not an address, such as aws_s3_bucket.ImagesBucket.`),
  ];
  if (typeof config === "string" || !format || problems.length > 0) {
    throw new UserError([...problems, "", USAGE].join("\n"));
  }
  return { config, allowed: [...new Set(values.allow)], format };
}
