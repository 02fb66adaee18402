import { resolve } from "node:path";
import { stackName } from "../../../src/config/names";
import { cleaningUp } from "../../shared/process/interrupt";
import { showsColor } from "../../shared/terminal/color";
import type { Line, Run } from "../../shared/terminal/command";
import { environmentNamed } from "../../shared/terminal/environments";
import { outputFolder, stackFolder } from "../../shared/terraform/synthesize";
import { renderPreflight } from "../preflight/preflight";
import { renderMarkdown } from "../review/render-markdown";
import { renderTerminal } from "../review/render-terminal";
import { changesAnything, type Review } from "../review/review";
import { makePlan } from "./plan";

/** Exit codes: those of Terraform's `-detailed-exitcode`, and one more. */
const NO_CHANGES = 0;
const CHANGES = 2;
const REFUSED = 3;

/** Runs `npm run plan`. */
export const run: Run = (line) =>
  cleaningUp(
    "gracefully",
    () => plan(line),
    () => {
      console.error("Interrupted: Terraform releases its lock. Nothing was saved.");
    },
  );

async function plan(line: Line): Promise<number> {
  const config = environmentNamed(line.word("ENVIRONMENT"));
  const outdir = outputFolder();
  const review = await makePlan({
    config,
    outdir,
    env: process.env,
    allowed: line.values("allow"),
    onChecked: (results) => {
      console.error(renderPreflight(results, { color: showsColor(process.stderr) }));
    },
    onProgress: (text) => {
      console.error(`${text} …`);
    },
  });
  const folder = resolve(stackFolder(outdir, stackName(config.name)));
  console.log(rendered(review, line.value("format"), folder));
  console.error(nextStep(review, folder));
  return exitCode(review);
}

function rendered(review: Review, format: string | undefined, folder: string): string {
  switch (format) {
    case "markdown":
      return renderMarkdown(review);
    case "json":
      return JSON.stringify(review, undefined, 2);
    default:
      return renderTerminal(review, { color: showsColor(process.stdout), folder });
  }
}

function exitCode(review: Review): number {
  if (review.gate.refusals.length > 0) {
    return REFUSED;
  }
  return changesAnything(review) ? CHANGES : NO_CHANGES;
}

function nextStep(review: Review, folder: string): string {
  switch (exitCode(review)) {
    case REFUSED:
      return "The gate refused: this plan cannot be applied.";
    case CHANGES:
      return `Saved in ${folder}. Apply exactly this: npm run apply -- ${review.environment}`;
    default:
      return "Nothing to apply.";
  }
}
