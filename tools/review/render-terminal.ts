import { styleText } from "node:util";
import type { Refusal } from "./gate";
import {
  countsText,
  DRIFT_TITLE,
  driftLines,
  outputLines,
  printable,
  resourceLines,
  type Line,
  WARNINGS_TITLE,
  warningLine,
} from "./render-lines";
import { changesAnything, type Review } from "./review";

/** How a review is shown at a terminal. */
export interface TerminalOptions {
  /** Whether colours are understood. */
  readonly color: boolean;
  /** Folder of the stack, for commands. @default - where synthesis puts it, from the project's folder */
  readonly folder?: string;
}

const STYLES = { good: "green", change: "yellow", danger: "red", plain: undefined } as const;

/** A review for a person at a terminal: refusals last, where they are seen. */
export function renderTerminal(review: Review, { color, folder }: TerminalOptions): string {
  const paint = ({ text, tone }: Line): string => {
    const style = STYLES[tone];
    return color && style ? styleText(style, text, { validateStream: false }) : text;
  };
  const strong = (text: string): string => (color ? styleText("bold", text, { validateStream: false }) : text);
  const section = (title: string, lines: readonly Line[]): string[] =>
    lines.length === 0 ? [] : ["", strong(title), ...lines.map((line) => `  ${paint(line)}`)];

  return [
    strong(`${review.stack}: ${changesAnything(review) ? countsText(review.counts) : "no changes"}`),
    ...review.areas.flatMap(({ area, changes }) => section(area, changes.flatMap(resourceLines))),
    ...section("outputs", review.outputs.flatMap(outputLines)),
    ...section(DRIFT_TITLE, review.drift.flatMap(driftLines)),
    ...section(WARNINGS_TITLE, review.warnings.map(warningLine)),
    ...section("allowed by name", review.gate.allowed.map(refusalLine)),
    ...section("refused by the gate", review.gate.refusals.map(refusalLine)),
    "",
    ...waysOn(review, folder),
  ].join("\n");
}

function refusalLine({ act, address, lost }: Refusal): Line {
  return { text: printable(`${address}: ${act}. Lost: ${lost}`), tone: "danger" };
}

/**
 * What the reader can do now: one sentence or command a line.
 *
 * @param folder - folder of the stack @default - where synthesis puts it, from the project's folder
 */
export function waysOn({ environment, gate, stack }: Review, folder = `cdktf.out/stacks/${stack}`): string[] {
  const unused = gate.unused.map((address) => `--allow ${address}: nothing is refused of it, so it may be left out.`);
  if (gate.refusals.length === 0) {
    return unused;
  }
  const ours = gate.refusals.filter(({ byTerraform }) => !byTerraform);
  const theirs = gate.refusals.filter(({ byTerraform, tainted }) => byTerraform && tainted !== true);
  const tainted = [...new Set(gate.refusals.filter((refusal) => refusal.tainted).map(({ address }) => address))];
  const addresses = [...new Set([...ours, ...gate.allowed].map(({ address }) => address))];
  return [
    ...unused,
    ...(tainted.length > 0
      ? [
          "Tainted: an apply was interrupted while it was made, and Terraform would make it anew. Look whether it is whole",
          '(docs/operation.md, "A resource is tainted"). If it is, say so to Terraform, and plan again:',
          ...tainted.map((address) => `  terraform -chdir=${folder} untaint ${address}`),
          `  npm run plan -- ${environment}`,
        ]
      : []),
    ...(theirs.length > 0
      ? [
          `Terraform itself refuses to destroy ${[...new Set(theirs.map(({ address }) => address))].join(", ")}: prevent_destroy is set, and planning stopped there.`,
          "If that is not what you meant, mend the configuration. If it is, set protectData to false, plan and apply that first.",
        ]
      : []),
    ...(ours.length > 0
      ? [
          "If that is not what you meant, mend the configuration. If every line is, name what you allow:",
          `  npm run plan -- ${environment} ${addresses.map((address) => `--allow ${address}`).join(" ")}`,
        ]
      : []),
  ];
}
