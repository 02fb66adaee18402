import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { marker as markerOf } from "../operate/review/render-markdown";
import type { GitHub } from "./github";

/** What there is to say about a plan. */
export interface PlanReport {
  readonly environment: string;
  /** First line of every report of the environment: what an earlier one is found by. */
  readonly marker: string;
  /** Markdown that begins with the marker. */
  readonly body: string;
}

/**
 * The review that a plan wrote, or that there is none.
 *
 * @param folder - folder of the environment's synthesized stack
 * @param runUrl - page of the run that planned
 */
export function planReport(environment: string, folder: string, runUrl: string): PlanReport {
  const marker = markerOf(environment);
  const file = join(folder, "review.md");
  const review = existsSync(file)
    ? readFileSync(file, "utf8")
    : `${marker}\n\n**${environment}: there is no plan.** What failed stands in [the run](${runUrl}).\n`;
  return { environment, marker, body: review };
}

/**
 * Writes a report below a pull request: over the environment's earlier one, if there is one.
 *
 * @param number - of the pull request
 */
export async function commentOn(github: GitHub, number: number, { marker, body }: PlanReport): Promise<void> {
  const list = `/issues/${String(number)}/comments`;
  const earlier = await github.find(list, marker);
  await (earlier
    ? github.send("PATCH", `/issues/comments/${String(earlier.id)}`, { body })
    : github.send("POST", list, { body }));
}

/**
 * Keeps one open issue for an environment whose plan is not empty, and none for one whose plan is.
 *
 * @param empty - whether the plan found nothing to change
 */
export async function reportDrift(
  github: GitHub,
  empty: boolean,
  { environment, marker, body }: PlanReport,
): Promise<"opened" | "updated" | "closed" | "nothing to do"> {
  const open = await github.find("/issues?state=open&creator=github-actions%5Bbot%5D", marker);
  if (open) {
    const change = empty ? { state: "closed", state_reason: "completed" } : { body };
    await github.send("PATCH", `/issues/${String(open.number)}`, change);
    return empty ? "closed" : "updated";
  }
  if (empty) {
    return "nothing to do";
  }
  await github.send("POST", "/issues", { title: `${environment} is not what main says`, body });
  return "opened";
}
