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
import { nextSteps } from "./next-steps";

/** How a review is shown at a terminal. */
export interface TerminalOptions {
  /** Whether the terminal shows colours. */
  readonly color: boolean;
  /** Folder of the stack, for commands. @default - the default output folder, relative to the project */
  readonly folder?: string;
}

const STYLES = { good: "green", change: "yellow", danger: "red", plain: undefined } as const;

/** A review for a terminal, with refusals last: that is what stays on the screen. */
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
    ...nextSteps(review, folder),
  ].join("\n");
}

function refusalLine({ act, address, lost }: Refusal): Line {
  return { text: printable(`${address}: ${act}. Lost: ${lost}`), tone: "danger" };
}
