import type { RehearsalResult } from "./rehearsal";

const LABEL_WIDTH = 28;

/** A report of one screen: resources created, changes in the second plan, how it ended. */
export function report(result: RehearsalResult): string {
  const row = (label: string, value: string): string => `  ${label.padEnd(LABEL_WIDTH)}${value}`;
  const total = [...result.seconds.values()].reduce((sum, seconds) => sum + seconds, 0);
  return [
    "",
    `Rehearsal of ${result.environment}: ${result.succeeded ? "succeeded" : "FAILED"}`,
    "",
    row("Resources", String(result.resources)),
    row("Second plan", result.secondPlan.length === 0 ? "no changes" : "would change what was just applied:"),
    ...result.secondPlan.map((change) => `    ${change}`),
    row("Secret values", secretText(result)),
    ...result.secrets.leaks.map((place) => `    found in ${place}`),
    row("Destroy", destroyText(result.destroy)),
    row("Seconds", total.toFixed(1)),
    ...[...result.seconds].map(([step, seconds]) => row(`  ${step}`, seconds.toFixed(1))),
    "",
    "Outputs",
    ...Object.entries(result.outputs).map(([name, value]) => row(name, value)),
    "",
  ].join("\n");
}

function secretText({ secrets: { leaks, places, secrets } }: RehearsalResult): string {
  if (secrets === 0) {
    return "Secrets Manager had none, so there was nothing to search for";
  }
  const where = `${String(places)} places (JSON, plans, state)`;
  return leaks.length === 0 ? `in none of ${where}` : `in ${String(leaks.length)} of ${where}:`;
}

function destroyText(outcome: RehearsalResult["destroy"]): string {
  return {
    destroyed: "everything was destroyed",
    refused: "refused: the environment's data is protected",
    kept: "not tried",
  }[outcome];
}
