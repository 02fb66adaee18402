import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { marker as markerOf } from "../operate/review/render-markdown";
import type { GitHub } from "./github";

/** Report on a plan. */
export interface PlanReport {
  readonly environment: string;
  /** First line of every report on the environment, to find an earlier one. */
  readonly marker: string;
  /** Markdown that begins with the marker. */
  readonly body: string;
}

/**
 * The review of a plan, or a note that there is none.
 *
 * @param folder - folder of the environment's synthesized stack
 * @param runUrl - page of the workflow run
 */
export function planReport(environment: string, folder: string, runUrl: string): PlanReport {
  const marker = markerOf(environment);
  const file = join(folder, "review.md");
  const review = existsSync(file)
    ? readFileSync(file, "utf8")
    : `${marker}\n\n**${environment}: there is no plan.** [The run](${runUrl}) shows what failed.\n`;
  return { environment, marker, body: review };
}

/**
 * Comments a report on a pull request. It replaces the environment's earlier one, if there is one.
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
 * Keeps one issue open for an environment while its plan is not empty.
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
  await github.send("POST", "/issues", { title: `${environment} differs from main`, body });
  return "opened";
}
