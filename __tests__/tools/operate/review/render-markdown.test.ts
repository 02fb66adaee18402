import type { GateVerdict, Refusal } from "../../../../tools/operate/review/gate";
import type { PlanJson, ResourceChange } from "../../../../tools/shared/terraform/plan-json";
import { marker, renderMarkdown } from "../../../../tools/operate/review/render-markdown";
import { reviewPlan, type Review } from "../../../../tools/operate/review/review";
import { change, NO_VERDICT, planOf, policyText, resource } from "./plan";

/** GitHub's limit. */
const LIMIT = 65_536;

function review(
  changes: readonly ResourceChange[],
  gate: Partial<GateVerdict> = {},
  rest: Partial<PlanJson> = {},
): Review {
  return reviewPlan(planOf(changes, rest), {
    environment: "prod",
    stack: "shop-prod",
    gate: { ...NO_VERDICT, ...gate },
  });
}

function refusal(address: string, lost = "its objects"): Refusal {
  return { address, act: "deleted", lost, byTerraform: false };
}

/** So many resources, each with a few lines. */
function many(count: number, type = "aws_s3_bucket"): ResourceChange[] {
  return Array.from({ length: count }, (_, index) =>
    resource(`${type}.Number${String(index)}`, { a: "x".repeat(60), b: 1 }, { a: "y".repeat(60), b: 2 }),
  );
}

/** Every block that is opened is closed, and nothing opens inside another of its kind. */
function expectWellFormed(text: string): void {
  const open: string[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) {
      if (open.at(-1) === "fence") {
        expect(line).toBe("```");
        open.pop();
      } else {
        open.push("fence");
      }
    } else if (open.at(-1) !== "fence") {
      for (const [tag] of line.matchAll(/<\/?details>/g)) {
        expect(open.at(-1)).toBe(tag === "<details>" ? undefined : "details");
        if (tag === "<details>") {
          open.push("details");
        } else {
          open.pop();
        }
      }
    }
  }
  expect(open).toEqual([]);
}

describe("the summary comes first", () => {
  const [first, second] = renderMarkdown(review(many(1))).split("\n");

  test("after the marker by which the next comment finds this one", () => {
    expect(first).toBe(marker("prod"));
    expect(marker("prod")).not.toBe(marker("dev"));
  });

  test("with counts", () => {
    expect(second).toBe("## shop-prod: 1 to change");
    expect(renderMarkdown(review([]))).toBe(`${marker("prod")}\n## shop-prod: no changes\n`);
  });

  test("with a row per area, which names the first five changes", () => {
    const text = renderMarkdown(review(many(7)));
    expect(text).toMatch(/\| storage \| (`aws_s3_bucket\.Number\d` \(update\),? ?){5}, and 2 more \|/);
  });
});

describe("details are folded", () => {
  test("one block per area, and for outputs and drift", () => {
    const text = renderMarkdown(
      review(
        [...many(2), ...many(1, "aws_vpc")],
        {},
        { output_changes: { Url: change("a", "b") }, resource_drift: [resource("aws_vpc.Gone", {}, null)] },
      ),
    );
    const summaries = [...text.matchAll(/<summary>(.*)<\/summary>/g)].map(([, summary]) => summary);
    expect(summaries).toEqual([
      "network (1)",
      "storage (2)",
      "outputs (1)",
      "changed outside Terraform since the last apply (1)",
    ]);
    expectWellFormed(text);
  });

  test("deletions are red, creations green, changes marked", () => {
    const text = renderMarkdown(
      review([
        resource("aws_vpc.Old", { a: 1 }, null),
        resource("aws_vpc.New", null, { a: 1 }),
        resource("aws_vpc.Other", { a: 1 }, { a: 2 }),
      ]),
    );
    expect(text).toContain("\n- - aws_vpc.Old\n");
    expect(text).toContain("\n+ + aws_vpc.New\n");
    expect(text).toContain("\n! ~ aws_vpc.Other\n      a: 1 → 2\n");
  });
});

describe("refusals", () => {
  test("come before the changes, with the next steps", () => {
    const text = renderMarkdown(review(many(1), { refusals: [refusal("aws_s3_bucket.Number0")] }));
    expect(text.indexOf("Refused by the gate")).toBeLessThan(text.indexOf("| Area |"));
    expect(text).toContain("> - `aws_s3_bucket.Number0`: deleted. Lost: its objects");
    expect(text).toContain("--allow aws_s3_bucket.Number0");
    expectWellFormed(text);
  });

  test("that were allowed are listed", () => {
    const text = renderMarkdown(review(many(1), { allowed: [refusal("aws_s3_bucket.Number0")] }));
    expect(text).toContain("Allowed by name");
    expect(text).not.toContain("CAUTION");
  });
});

describe("is cut to the length of a comment", () => {
  test.each([3000, 5000, 20_000, LIMIT])("%d characters", (limit) => {
    const text = renderMarkdown(review([...many(300), ...many(300, "aws_vpc")]), limit);
    expect(text.length).toBeLessThanOrEqual(limit);
    expect(text.length).toBeGreaterThan(limit * 0.8);
    expectWellFormed(text);
    const listed = [...text.matchAll(/^! ~ /gm)].length;
    expect(text).toContain(`**Cut: ${String(600 - listed)} of 600 changes do not fit into a comment.**`);
    expect(text).toContain("review.json");
  });

  test("and not where it fits", () => {
    expect(renderMarkdown(review(many(20)))).not.toContain("Cut:");
  });

  test.each([
    ["many", Array.from({ length: 500 }, (_, index) => refusal(`aws_s3_bucket.Number${String(index)}`))],
    ["long", Array.from({ length: 40 }, () => refusal("aws_s3_bucket.It", "`<@*>`".repeat(1000)))],
  ])("with %s refusals, of which it names how many are left out", (_, refusals) => {
    const text = renderMarkdown(review(many(600), { refusals, allowed: refusals }));
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text).toMatch(/> - and \d+ more, in review\.json/);
    expect(text).toMatch(/^! ~ aws_s3_bucket/m);
    expectWellFormed(text);
  });
});

describe("a value cannot break out", () => {
  const EVIL = "```\n</details> <img src=x> @octocat `a` <!-- -->";

  test.each<[string, ResourceChange]>([
    ["of an attribute", resource("aws_vpc.It", { a: "b" }, { a: EVIL })],
    ["of a tag's name", resource("aws_vpc.It", { tags: {} }, { tags: { [EVIL]: EVIL } })],
    ["of a policy", resource("aws_vpc.It", { p: policyText() }, { p: policyText({ Sid: EVIL, Action: EVIL }) })],
    ["of an import", resource("aws_vpc.It", {}, {}, { actions: ["no-op"], importing: { id: EVIL } })],
  ])("%s", (_, row) => {
    const text = renderMarkdown(review([row]));
    expectWellFormed(text);
    const outside = text.replace(/```diff\n[^]*?\n```\n/g, "");
    expect(outside).not.toMatch(/octocat|<img/);
  });

  test("of a refusal", () => {
    const text = renderMarkdown(review([], { refusals: [refusal("aws_vpc.It", EVIL)] }));
    expectWellFormed(text);
    expect(text).not.toMatch(/@octocat|<img|<\/details>/);
    expect(text).toContain("&#64;octocat");
  });
});

test("a sensitive value is masked", () => {
  const details = { sensitive: [{ a: true }, { a: true }] as const };
  const made = review(
    [resource("aws_vpc.It", { a: "hunter2" }, { a: "hunter3" }, details)],
    {},
    { output_changes: { Token: change("hunter2", "hunter3", { sensitive: [true, true] }) } },
  );
  expect(renderMarkdown(made)).toContain("a: (sensitive) → (sensitive)");
  expect(renderMarkdown(made) + JSON.stringify(made)).not.toContain("hunter");
});
