import type { AttributeChange, Side } from "./attribute-changes";
import type { Json } from "../../shared/json";
import type { Action } from "../../shared/terraform/plan-json";
import type { Drift, OutputReview, ResourceReview } from "./review";

/** Longer values are cut; the JSON review has all of them. */
const MAX_VALUE_LENGTH = 80;

/** How much of a cut value is shown. */
const FOLDED_LENGTH = 48;

/** One line of a review, with a tone for its colour. */
export interface Line {
  readonly text: string;
  readonly tone: "good" | "change" | "danger" | "plain";
}

/** Terraform's own signs. */
const SIGNS: Readonly<Record<Action, { readonly sign: string; readonly tone: Line["tone"] }>> = {
  create: { sign: "+", tone: "good" },
  update: { sign: "~", tone: "change" },
  replace: { sign: "-/+", tone: "danger" },
  delete: { sign: "-", tone: "danger" },
  forget: { sign: ".", tone: "danger" },
  import: { sign: "<-", tone: "good" },
  move: { sign: ">", tone: "plain" },
};

const VERBS: Readonly<Record<Action, string>> = {
  create: "to create",
  update: "to change",
  replace: "to replace",
  delete: "to delete",
  forget: "to forget",
  import: "to import",
  move: "to rename",
};

/**
 * Makes text from a plan safe to print: escapes control characters, and characters that hide or reorder other text.
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

/** The counts of a review: `1 to replace, 2 to change`. */
export function countsText(counts: Readonly<Record<Action, number>>): string {
  const parts = (Object.keys(VERBS) as Action[])
    .filter((action) => counts[action] > 0)
    .sort((a, b) => weight(b) - weight(a))
    .map((action) => `${String(counts[action])} ${VERBS[action]}`);
  return parts.length === 0 ? "no resource changes" : parts.join(", ");
}

function weight(action: Action): number {
  return { delete: 7, forget: 6, replace: 5, update: 4, create: 3, import: 2, move: 1 }[action];
}

/** A resource, its changes, and the reason. */
export function resourceLines(review: ResourceReview): Line[] {
  const { sign, tone } = SIGNS[review.action];
  const notes = [
    review.previousAddress === undefined ? undefined : `was ${review.previousAddress}`,
    review.importId === undefined ? undefined : `imports ${review.importId}`,
    review.reason,
    review.forcedBy.length > 0 ? `forced by ${review.forcedBy.join(", ")}` : undefined,
  ].filter((note) => note !== undefined);
  const head = `${sign} ${review.address}${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`;
  const computed = review.computed > 0 ? [`    ${String(review.computed)} more known after the apply`] : [];
  const lines: Line[] = [
    { text: head, tone },
    ...review.attributes.flatMap(attributeLines),
    ...computed.map((text): Line => ({ text, tone: "plain" })),
  ];
  return lines.map(written);
}

/** Heading of {@link driftLines}. */
export const DRIFT_TITLE = "changed outside Terraform since the last apply";

/** A resource that was changed outside Terraform, and how. */
export function driftLines({ address, attributes, change }: Drift): Line[] {
  const head: Line = { text: `! ${address} was ${change}`, tone: "change" };
  return [head, ...attributes.flatMap(attributeLines)].map(written);
}

/** Heading of {@link warningLine}. */
export const WARNINGS_TITLE = "warnings from Terraform";

/** A warning, on one line. */
export function warningLine(warning: string): Line {
  return { text: printable(`! ${warning.replace(/\s+/g, " ")}`), tone: "change" };
}

/** An output whose value changes. */
export function outputLines({ attributes, name }: OutputReview): Line[] {
  return attributes.map(({ after, before }) => ({
    text: printable(`~ ${name}: ${sideText(before)} → ${sideText(after)}`),
    tone: "change",
  }));
}

function written({ text, tone }: Line): Line {
  return { text: printable(text), tone };
}

/** One attribute: before → after; for a list or a policy, the additions and removals. */
function attributeLines(change: AttributeChange): Line[] {
  const { after, before, forcesReplacement, path, statements } = change;
  const note = forcesReplacement ? "  # forces replacement" : "";
  const tone = forcesReplacement ? "danger" : "plain";
  if (statements) {
    return [
      { text: `    ${path}:${note}`, tone },
      ...statements.flatMap(({ change: how, effect, lines, name }) => [
        { text: `      ${how}: ${effect} ${name}`, tone: "change" } satisfies Line,
        ...lines.map((line) => signed(`        ${line}`, line)),
      ]),
    ];
  }
  if (isList(before) && isList(after)) {
    const old = before.value.map(short);
    const now = after.value.map(short);
    const items = [
      ...old.filter((item) => !now.includes(item)).map((item) => `- ${item}`),
      ...now.filter((item) => !old.includes(item)).map((item) => `+ ${item}`),
    ];
    if (items.length > 0) {
      return [{ text: `    ${path}:${note}`, tone }, ...items.map((item) => signed(`      ${item}`, item))];
    }
  }
  if (before.kind === "absent") {
    return [{ text: `    ${path}: ${sideText(after)}${note}`, tone }];
  }
  return [{ text: `    ${path}: ${sideText(before)} → ${sideText(after)}${note}`, tone }];
}

function signed(text: string, line: string): Line {
  return { text, tone: line.startsWith("+") ? "good" : "danger" };
}

function isList(side: Side): side is { kind: "known"; value: readonly Json[] } {
  return side.kind === "known" && Array.isArray(side.value);
}

function sideText(side: Side): string {
  switch (side.kind) {
    case "known":
      return short(side.value);
    case "unknown":
      return "(known after the apply)";
    case "sensitive":
      return "(sensitive)";
    case "absent":
      return "(none)";
  }
}

/** A value on one line, cut if it is long. */
function short(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= MAX_VALUE_LENGTH
    ? text
    : `${text.slice(0, FOLDED_LENGTH)}… (${String(text.length)} characters)`;
}
