import type { GateVerdict, Refusal } from "../../../../tools/operate/review/gate";
import type { Json } from "../../../../tools/shared/json";
import type { PlanJson, ResourceChange } from "../../../../tools/shared/terraform/plan-json";
import { renderMarkdown } from "../../../../tools/operate/review/render-markdown";
import { renderTerminal } from "../../../../tools/operate/review/render-terminal";
import { reviewPlan, type Review } from "../../../../tools/operate/review/review";
import { nextSteps } from "../../../../tools/operate/review/next-steps";
import { change, NO_VERDICT, planOf, policyText, resource } from "./plan";

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

function lines(...args: Parameters<typeof review>): string[] {
  return renderTerminal(review(...args), { color: false }).split("\n");
}

function refusal(address: string, byTerraform = false): Refusal {
  return { address, act: "deleted", lost: "its objects", byTerraform };
}

const BUCKET = "aws_s3_bucket.It";

describe("the first line", () => {
  test.each<[string, readonly ResourceChange[], string]>([
    ["of nothing", [], "shop-prod: no changes"],
    [
      "counts the worst first",
      [
        resource("aws_vpc.New", null, { id: "a" }),
        resource("aws_vpc.Other", { a: 1 }, { a: 2 }),
        resource("aws_vpc.Old", { id: "a" }, null),
      ],
      "shop-prod: 1 to delete, 1 to change, 1 to create",
    ],
  ])("%s", (_, changes, expected) => {
    expect(lines(changes)[0]).toBe(expected);
  });

  test("of outputs alone says that no resource changes", () => {
    expect(lines([], {}, { output_changes: { Url: change("a", "b") } })[0]).toBe("shop-prod: no resource changes");
  });
});

describe("a resource", () => {
  test.each<[string, ResourceChange, string]>([
    ["made", resource(BUCKET, null, { bucket: "a" }), `  + ${BUCKET}`],
    ["changed", resource(BUCKET, { tags: {} }, { tags: { A: "1" } }), `  ~ ${BUCKET}`],
    [
      "replaced",
      resource(BUCKET, { bucket: "a" }, { bucket: "b" }, { actions: ["delete", "create"], replacePaths: [["bucket"]] }),
      `  -/+ ${BUCKET} (forced by bucket)`,
    ],
    [
      "deleted",
      resource(BUCKET, { bucket: "a" }, null, { action_reason: "delete_because_no_resource_config" }),
      `  - ${BUCKET} (it is no longer in the configuration)`,
    ],
    ["forgotten", resource(BUCKET, { bucket: "a" }, null, { actions: ["forget"] }), `  . ${BUCKET}`],
    [
      "adopted",
      resource(BUCKET, {}, {}, { actions: ["no-op"], importing: { id: "shop" } }),
      `  <- ${BUCKET} (imports shop)`,
    ],
    [
      "renamed",
      resource(BUCKET, {}, {}, { actions: ["no-op"], previous_address: "aws_s3_bucket.Old" }),
      `  > ${BUCKET} (was aws_s3_bucket.Old)`,
    ],
  ])("%s has its sign and why", (_, row, expected) => {
    expect(lines([row])).toContain(expected);
  });
});

describe("an attribute", () => {
  const long = "x".repeat(100);

  test.each<[string, Json, Json, Parameters<typeof resource>[3], string[]]>([
    ["before and after", { a: 1 }, { a: 2 }, {}, ["a: 1 → 2"]],
    ["that comes", { a: null }, { a: "b" }, {}, ['a: "b"']],
    ["that goes", { a: "b" }, { a: null }, {}, ['a: "b" → (none)']],
    ["that is not known yet", { a: "b" }, {}, { unknown: { a: true } }, ['a: "b" → (known after the apply)']],
    [
      "that is sensitive",
      { a: "hunter2" },
      { a: "hunter3" },
      { sensitive: [{ a: true }, { a: true }] },
      ["a: (sensitive) → (sensitive)"],
    ],
    ["that is long, folded", { a: null }, { a: long }, {}, [`a: "${"x".repeat(47)}… (102 characters)`]],
    ["that forces a replacement", { a: 1 }, { a: 2 }, { replacePaths: [["a"]] }, ["a: 1 → 2  # forces replacement"]],
    ["that is a list, by its items", { a: ["x", "y"] }, { a: ["y", "z"] }, {}, ["a:", '  - "x"', '  + "z"']],
    ["that is a list in another order, whole", { a: ["x", "y"] }, { a: ["y", "x"] }, {}, ['a: ["x","y"] → ["y","x"]']],
    [
      "that is a policy, by its statements",
      { a: policyText({ Sid: "Read", Effect: "Allow", Action: "s3:Get" }) },
      { a: policyText({ Sid: "Read", Effect: "Allow", Action: "s3:*" }) },
      {},
      ["a:", "  changed: Allow Read", "    - Action s3:Get", "    + Action s3:*"],
    ],
  ])("%s", (_, before, after, details, expected) => {
    const found = lines([resource("aws_vpc.It", before, after, details)]);
    const start = found.indexOf("  ~ aws_vpc.It") + 1;
    expect(found.slice(start, start + expected.length)).toEqual(expected.map((line) => `      ${line}`));
    expect(found.join("\n")).not.toContain("hunter");
  });
});

describe("control characters are escaped", () => {
  const ESCAPE = "\u001b[2K\u202e";
  const OBEYED = /\p{Cf}|(?!\n)\p{Cc}/u;

  test.each<[string, ResourceChange]>([
    ["in a value", resource("aws_vpc.It", { a: 1 }, { a: ESCAPE })],
    ["in the name of a tag", resource("aws_vpc.It", { tags: {} }, { tags: { [ESCAPE]: "1" } })],
    ["in a policy", resource("aws_vpc.It", { p: policyText() }, { p: policyText({ Sid: ESCAPE, Action: ESCAPE }) })],
  ])("%s", (_, row) => {
    const text = renderTerminal(review([row]), { color: false });
    expect(text).not.toMatch(OBEYED);
    expect(text).toContain("\\u001b[2K\\u202e");
  });

  test("in a refusal", () => {
    const refusals = [{ ...refusal(BUCKET), lost: ESCAPE }];
    expect(renderTerminal(review([], { refusals }), { color: false })).not.toMatch(OBEYED);
  });
});

test("colours appear if the terminal shows them, and change no text", () => {
  const made = review([resource(BUCKET, { bucket: "a" }, null)], { refusals: [refusal(BUCKET)] });
  const colored = renderTerminal(made, { color: true });
  expect(colored).toContain("\u001b[31m");
  // eslint-disable-next-line no-control-regex -- colours are made of control characters
  expect(colored.replace(/\u001b\[\d+m/g, "")).toBe(renderTerminal(made, { color: false }));
});

test("drift, outputs, what was allowed and what is refused have sections, refusals last", () => {
  const found = lines(
    [resource("aws_vpc.It", { a: 1 }, { a: 2 })],
    { allowed: [refusal("aws_s3_bucket.Old")], refusals: [refusal(BUCKET)] },
    { output_changes: { Url: change("a", "b") }, resource_drift: [resource("aws_vpc.Gone", {}, null)] },
  );
  expect(found.filter((line) => /^\S/.test(line)).slice(0, 6)).toEqual([
    "shop-prod: 1 to change",
    "network",
    "outputs",
    "changed outside Terraform since the last apply",
    "allowed by name",
    "refused by the gate",
  ]);
  expect(found).toContain('  ~ Url: "a" → "b"');
  expect(found).toContain("  ! aws_vpc.Gone was deleted");
  expect(found).toContain(`  ${BUCKET}: deleted. Lost: its objects`);
});

describe("the next step", () => {
  test("of an allowed plan is none", () => {
    expect(nextSteps(review([]))).toEqual([]);
  });

  test("of a refusal is the command that allows it, with what was allowed before", () => {
    const gate = { refusals: [refusal(BUCKET), refusal(BUCKET)], allowed: [refusal("aws_vpc.It")] };
    expect(nextSteps(review([], gate)).at(-1)).toBe(`  npm run plan -- prod --allow ${BUCKET} --allow aws_vpc.It`);
  });

  test("of Terraform's own refusal is the configuration, and no allowance", () => {
    const text = nextSteps(review([], { refusals: [refusal(BUCKET, true)] })).join("\n");
    expect(text).toContain(`Terraform itself refuses to destroy ${BUCKET}`);
    expect(text).toContain("protectData");
    expect(text).not.toContain("--allow");
  });

  test("of an unnecessary allowance is to leave it out", () => {
    expect(nextSteps(review([], { unused: ["aws_vpc.Typo"] })).join()).toMatch(/--allow aws_vpc\.Typo is not needed/);
  });
});

test("Terraform's warnings are shown on one line each, for the terminal and for a comment", () => {
  const made = { ...review([]), warnings: ["aws_vpc.VPC: Deprecated:\nuse another\u001b[31m argument"] };
  const warning = "! aws_vpc.VPC: Deprecated: use another\\u001b[31m argument";
  expect(renderTerminal(made, { color: false })).toContain(`warnings from Terraform\n  ${warning}`);
  expect(renderMarkdown(made)).toContain(warning);
});
