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

/**
 * The most characters of a comment on GitHub.
 *
 * @see https://github.com/orgs/community/discussions/27190
 */
const COMMENT_LIMIT = 65_536;

/** Largest share of a comment for refusals, and also for allowed changes: the other changes need room too. */
const LISTED_SHARE = 0.25;

/** First character of a line in a `diff` block, which sets its colour. */
const SIGNS: Readonly<Record<Line["tone"], string>> = { good: "+", change: "!", danger: "-", plain: " " };

/** First line of a comment with a review, by which the next review finds and replaces it. */
export function marker(environment: string): string {
  return `<!-- aleenascuisine-plan ${environment} -->`;
}

/**
 * A review as a comment on a pull request: a summary, then folded details. A review that is too long is cut, with a
 * notice.
 *
 * @param limit - characters @default - GitHub's limit
 */
export function renderMarkdown(review: Review, limit = COMMENT_LIMIT): string {
  const head = [
    marker(review.environment),
    `## ${review.stack}: ${changesAnything(review) ? countsText(review.counts) : "no changes"}`,
    ...gateText(review, limit * LISTED_SHARE),
    ...areaTable(review),
  ].join("\n");
  const sections = [
    ...review.areas.map(({ area, changes }) => ({ title: area, blocks: changes.map(resourceLines) })),
    { title: "outputs", blocks: review.outputs.map(outputLines) },
    { title: DRIFT_TITLE, blocks: review.drift.map(driftLines) },
    { title: WARNINGS_TITLE, blocks: review.warnings.map((warning) => [warningLine(warning)]) },
  ].filter(({ blocks }) => blocks.length > 0);
  return fit(head, sections, limit);
}

interface Section {
  readonly title: string;
  /** One block per resource, which is never cut. */
  readonly blocks: readonly (readonly Line[])[];
}

function fit(head: string, sections: readonly Section[], limit: number): string {
  const total = sections.reduce((sum, { blocks }) => sum + blocks.length, 0);
  const notice = (left: number): string =>
    `\n\n**Cut: ${String(left)} of ${String(total)} changes do not fit into a comment.** The whole review is in review.json, next to the plan.`;
  let room = limit - head.length - notice(total).length;
  let left = total;
  let text = head;
  for (const { blocks, title } of sections) {
    const frame = details(title, blocks.length, []);
    const kept: string[] = [];
    room -= frame.length;
    for (const block of blocks) {
      const rendered = block.map(({ text: line, tone }) => diffLine(line, tone)).join("\n");
      if (rendered.length + 1 > room) {
        break;
      }
      kept.push(rendered);
      room -= rendered.length + 1;
    }
    if (kept.length > 0) {
      text += details(title, blocks.length, kept);
      left -= kept.length;
    } else {
      room += frame.length;
    }
  }
  return left === 0 ? `${text}\n` : `${text}${notice(left)}\n`;
}

/** The first character sets the colour. No value starts a line, so none can close the block. */
function diffLine(text: string, tone: Line["tone"]): string {
  return `${SIGNS[tone]} ${text.replaceAll("`", "'")}`;
}

function details(title: string, count: number, blocks: readonly string[]): string {
  return `\n\n<details><summary>${title} (${String(count)})</summary>\n\n\`\`\`diff\n${blocks.join("\n")}\n\`\`\`\n\n</details>`;
}

function gateText(review: Review, room: number): string[] {
  const { allowed, refusals } = review.gate;
  return [
    ...(refusals.length > 0 ? ["", "> [!CAUTION]", "> **Refused by the gate: this plan cannot be applied.**"] : []),
    ...listed(refusals, room),
    ...(allowed.length > 0 ? ["", "> [!WARNING]", "> **Allowed by name:**"] : []),
    ...listed(allowed, room),
    ...(refusals.length > 0 ? ["", "```text", ...nextSteps(review), "```"] : []),
  ];
}

/** As many refusals as fit; the JSON review has all. */
function listed(refusals: readonly Refusal[], room: number): string[] {
  const rows = refusals.map(({ act, address, lost }) => `> - \`${address}\`: ${plain(act)}. Lost: ${plain(lost)}`);
  const ends = rows.map((_, index) => rows.slice(0, index + 1).join("\n").length);
  const kept = rows.filter((_, index) => (ends[index] ?? 0) <= room);
  const more = rows.length - kept.length;
  return more > 0 ? [...kept, `> - and ${String(more)} more, in review.json`] : kept;
}

/** Text from a plan, with Markdown, HTML and mentions of people escaped. */
function plain(text: string): string {
  const short = text.length > 600 ? `${text.slice(0, 600)}…` : text;
  return printable(short).replace(/[\\`*[\]<>|@#]/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

function areaTable({ areas }: Review): string[] {
  if (areas.length === 0) {
    return [];
  }
  return [
    "",
    "| Area | Changes |",
    "| --- | --- |",
    ...areas.map(({ area, changes }) => {
      const names = changes.slice(0, 5).map(({ action, address }) => `\`${address}\` (${action})`);
      const more = changes.length > 5 ? `, and ${String(changes.length - 5)} more` : "";
      return `| ${area} | ${names.join(", ")}${more} |`;
    }),
  ];
}
