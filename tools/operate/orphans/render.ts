import type { Survivor, SurvivorReport } from "./orphans";

/**
 * The report for a person: what to do, in the order in which it is done.
 *
 * @param report - what was found
 */
export function renderSurvivors(report: SurvivorReport): string {
  const sections = [
    lockSection(report),
    section(
      `Stands twice, and one has to go. Look which one holds what you need, delete the other with all that lies in it,
and run this again:`,
      report.twice.map(({ address, inState, ids }) =>
        inState === undefined
          ? `${address}: ${ids.join(", ")}; state knows none of them`
          : `${address}: state knows ${inState}; beside it ${plural(ids.length, "stands", "stand")} ${ids.join(", ")}`,
      ),
    ),
    section(
      "Not looked for, because it depends on what stands twice:",
      report.hidden.map(({ address, behind }) => `${address} (depends on ${behind})`),
    ),
    section(`Stands without state, by the tag Stack=${report.stack}. Import each:`, commands(report, "tag")),
    section("Stands without state, by its name. Import each:", commands(report, "name")),
    section(
      "Stands and is not imported:",
      report.notImported.map(({ address, instead }) => `${address}: ${instead}`),
    ),
    section(
      `Bears the tag Stack=${report.stack} and is not in the configuration. Delete what nobody needs:`,
      report.orphans.map(({ arn, name }) => (name === undefined ? arn : `${arn} (${name})`)),
    ),
    section(
      "May stand; Terraform was not let see it:",
      report.unseen.map(({ address, id, error }) => `${address} (${id}): ${error.replaceAll("\n", " ")}`),
    ),
    summary(report),
  ];
  return sections.filter((text) => text !== "").join("\n\n");
}

/** Whether there is anything that state does not know. */
export function hasFindings(report: SurvivorReport): boolean {
  const { hidden, notImported, orphans, survivors, twice, unseen } = report;
  return [hidden, notImported, orphans, survivors, twice, unseen].some((list) => list.length > 0);
}

function lockSection({ lock }: SurvivorReport): string {
  if (lock === undefined) {
    return "";
  }
  return [
    `The state is locked by ${lock.who} since ${lock.since}, for ${lock.operation}. Importing needs the lock.`,
    "If that process is gone, and only then, release it:",
    "",
    `  ${lock.release}`,
  ].join("\n");
}

function commands({ survivors }: SurvivorReport, by: Survivor["foundBy"]): string[] {
  return survivors.filter(({ foundBy }) => foundBy === by).map(({ command }) => command);
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [title, "", ...lines.map((line) => `  ${line}`)].join("\n");
}

function summary(report: SurvivorReport): string {
  const known = report.inState === 0 ? "there is no state" : `state knows ${String(report.inState)} addresses`;
  if (!hasFindings(report)) {
    return `${report.stack}: nothing stands without state; ${known}.`;
  }
  const counts: [number, string][] = [
    [report.survivors.length, "to import"],
    [report.notImported.length, "not imported"],
    [report.twice.length, "standing twice"],
    [report.hidden.length, "not looked for"],
    [report.orphans.length, "not in the configuration"],
    [report.unseen.length, "not seen"],
  ];
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${String(count)} ${what}`);
  return `${report.stack}: ${told.join(", ")}; ${known}.`;
}

function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
