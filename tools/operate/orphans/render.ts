import type { Importable, OrphanReport } from "./orphans";

/**
 * The report for a person, in the order in which to act on it.
 *
 * @param report - what was found
 */
export function renderOrphans(report: OrphanReport): string {
  const sections = [
    lockSection(report),
    section(
      "Exists twice. Find out which one has the data that you need, delete the other with its contents, and run this again:",
      report.twice.map(({ address, inState, ids }) =>
        inState === undefined
          ? `${address}: ${ids.join(", ")}; none is in state`
          : `${address}: ${inState} is in state; ${ids.join(", ")} ${plural(ids.length, "is", "are")} not`,
      ),
    ),
    section(
      "Not searched for, because it depends on something that exists twice:",
      report.hidden.map(({ address, behind }) => `${address} (depends on ${behind})`),
    ),
    section(`Not in state, found by the tag Stack=${report.stack}. Import each:`, commands(report, "tag")),
    section("Not in state, found by its name. Import each:", commands(report, "name")),
    section(
      "Not in state, and cannot be imported:",
      report.notImported.map(({ address, instead }) => `${address}: ${instead}`),
    ),
    section(
      `Has the tag Stack=${report.stack}, but is not in the configuration. Delete what is not needed:`,
      report.unconfigured.map(({ arn, name }) => (name === undefined ? arn : `${arn} (${name})`)),
    ),
    section(
      "May exist, but AWS did not show it to Terraform:",
      report.unseen.map(({ address, id, error }) => `${address} (${id}): ${error.replaceAll("\n", " ")}`),
    ),
    summary(report),
  ];
  return sections.filter((text) => text !== "").join("\n\n");
}

/** Whether there is anything that is not in state. */
export function hasOrphans(report: OrphanReport): boolean {
  const { hidden, importable, notImported, twice, unconfigured, unseen } = report;
  return [hidden, importable, notImported, twice, unconfigured, unseen].some((list) => list.length > 0);
}

function lockSection({ lock }: OrphanReport): string {
  if (lock === undefined) {
    return "";
  }
  return [
    `The state is locked by ${lock.who} since ${lock.since}, for ${lock.operation}. An import needs the lock.`,
    "Only if that process no longer runs, release the lock:",
    "",
    `  ${lock.release}`,
  ].join("\n");
}

function commands({ importable }: OrphanReport, by: Importable["foundBy"]): string[] {
  return importable.filter(({ foundBy }) => foundBy === by).map(({ command }) => command);
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [title, "", ...lines.map((line) => `  ${line}`)].join("\n");
}

function summary(report: OrphanReport): string {
  const known =
    report.inState === 0
      ? "there is no state"
      : `${String(report.inState)} ${plural(report.inState, "address", "addresses")} in state`;
  if (!hasOrphans(report)) {
    return `${report.stack}: no orphaned resources; ${known}.`;
  }
  const counts: [number, string][] = [
    [report.importable.length, "to import"],
    [report.notImported.length, "cannot be imported"],
    [report.twice.length, "exist twice"],
    [report.hidden.length, "not searched for"],
    [report.unconfigured.length, "not in the configuration"],
    [report.unseen.length, "not shown by AWS"],
  ];
  const found = counts.filter(([count]) => count > 0).map(([count, what]) => `${String(count)} ${what}`);
  return `${report.stack}: ${found.join(", ")}; ${known}.`;
}

function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
