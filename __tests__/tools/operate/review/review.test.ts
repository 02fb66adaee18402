import type { PlanJson, ResourceChange } from "../../../../tools/shared/terraform/plan-json";
import { changesAnything, reviewPlan, type ResourceReview, type Review } from "../../../../tools/operate/review/review";
import { change, NO_VERDICT, planOf, resource } from "./plan";

function review(changes: readonly ResourceChange[], rest: Partial<PlanJson> = {}): Review {
  return reviewPlan(planOf(changes, rest), { environment: "dev", stack: "shop-dev", gate: NO_VERDICT });
}

function only(changes: readonly ResourceChange[], rest: Partial<PlanJson> = {}): ResourceReview | undefined {
  return review(changes, rest).areas[0]?.changes[0];
}

/** Attributes that the configuration of one resource sets. */
function writing(address: string, ...names: readonly string[]): Partial<PlanJson> {
  const expressions = Object.fromEntries(names.map((name) => [name, {}]));
  return { configuration: { root_module: { resources: [{ address, expressions }] } } };
}

const EACH = [
  resource("aws_s3_bucket.Deleted", { id: "a" }, null, { action_reason: "delete_because_no_resource_config" }),
  resource("aws_s3_bucket.Forgotten", { id: "a" }, null, { actions: ["forget"] }),
  resource("aws_s3_bucket.Replaced", { bucket: "a" }, { bucket: "b" }, { actions: ["delete", "create"] }),
  resource("aws_s3_bucket.ReplacedFirstMade", { bucket: "a" }, { bucket: "b" }, { actions: ["create", "delete"] }),
  resource("aws_s3_bucket.ReplacedAndLeft", { bucket: "a" }, { bucket: "b" }, { actions: ["create", "forget"] }),
  resource("aws_s3_bucket.Updated", { tags: {} }, { tags: { A: "1" } }),
  resource("aws_s3_bucket.Created", null, { bucket: "a" }),
  resource("aws_s3_bucket.Imported", { id: "a" }, { id: "a" }, { actions: ["no-op"], importing: { id: "shop" } }),
  resource(
    "aws_s3_bucket.Moved",
    { id: "a" },
    { id: "a" },
    { actions: ["no-op"], previous_address: "aws_s3_bucket.Old" },
  ),
  resource("aws_s3_bucket.Same", { id: "a" }, { id: "a" }, { actions: ["no-op"] }),
  resource("data.aws_s3_bucket.Read", null, { id: "a" }, { actions: ["read"], mode: "data" }),
];

describe("counts", () => {
  test("each action, but not unchanged resources or data sources", () => {
    expect(review(EACH).counts).toEqual({ delete: 1, forget: 1, replace: 3, update: 1, create: 1, import: 1, move: 1 });
  });

  test("deletions first, then changes, each by address", () => {
    const addresses = review([...EACH].reverse()).areas[0]?.changes.map(({ address }) => address.slice(14));
    expect(addresses).toEqual([
      "Deleted",
      "Forgotten",
      "Replaced",
      "ReplacedAndLeft",
      "ReplacedFirstMade",
      "Updated",
      "Created",
      "Imported",
      "Moved",
    ]);
  });
});

test("groups by area, in the order of the constructs, without areas in which nothing changes", () => {
  const { areas } = review([
    resource("aws_budgets_budget.Budget", null, { name: "a" }),
    resource("aws_kms_key.Key", null, { description: "a" }),
    resource("aws_subnet.Subnet", null, { cidr_block: "a" }),
    resource("aws_sqs_queue.Queue", null, { name: "a" }),
  ]);
  expect(areas.map(({ area }) => area)).toEqual(["network", "security", "cost", "other"]);
});

describe("a resource", () => {
  test("that is deleted has no attributes, and the reason in words", () => {
    expect(
      only([resource("aws_vpc.It", { cidr_block: "a" }, null, { action_reason: "delete_because_no_resource_config" })]),
    ).toMatchObject({
      attributes: [],
      reason: "it is no longer in the configuration",
    });
  });

  test("that is replaced says what forces it", () => {
    const replaced = resource(
      "aws_vpc.It",
      { cidr_block: "10.0.0.0/16", arn: "old" },
      { cidr_block: "10.1.0.0/16" },
      { actions: ["delete", "create"], unknown: { arn: true }, replacePaths: [["cidr_block"]] },
    );
    expect(only([replaced])).toMatchObject({
      forcedBy: ["cidr_block"],
      attributes: [{ path: "cidr_block", forcesReplacement: true }],
      computed: 1,
    });
  });

  test("that is tainted says so", () => {
    const details = { actions: ["delete", "create"], action_reason: "replace_because_tainted" };
    expect(only([resource("aws_vpc.It", { id: "a" }, { id: null }, details)])?.reason).toContain("tainted");
  });

  test("with an unknown reason from Terraform has none", () => {
    const details = { action_reason: "because_of_the_weather" };
    expect(only([resource("aws_vpc.It", { id: "a" }, null, details)])?.reason).toBeUndefined();
  });

  test("that is created lists configured attributes, and counts computed ones", () => {
    const made = resource("aws_vpc.It", null, { cidr_block: "a", tags: null }, { unknown: { arn: true, id: true } });
    expect(only([made], writing("aws_vpc.It", "cidr_block"))).toMatchObject({
      attributes: [{ path: "cidr_block" }],
      computed: 2,
    });
  });

  test("that changes lists everything, computed values included", () => {
    const updated = resource(
      "aws_lambda_function.It",
      { memory: 1, version: "1" },
      { memory: 2 },
      { unknown: { version: true } },
    );
    expect(only([updated], writing("aws_lambda_function.It", "memory"))).toMatchObject({
      attributes: [{ path: "memory" }, { path: "version", after: { kind: "unknown" } }],
      computed: 0,
    });
  });

  test("that is renamed has its old address, and one that is imported its id", () => {
    const changes = review(EACH).areas[0]?.changes ?? [];
    expect(changes.find(({ action }) => action === "move")?.previousAddress).toBe("aws_s3_bucket.Old");
    expect(changes.find(({ action }) => action === "import")?.importId).toBe("shop");
  });
});

describe("what was changed outside Terraform", () => {
  const address = "aws_sns_topic.It";
  const drifted = (
    before: ResourceChange["change"]["before"],
    after: ResourceChange["change"]["after"],
  ): Review["drift"] =>
    review([], { resource_drift: [resource(address, before, after)], ...writing(address, "name", "kms", "tags") })
      .drift;

  test.each<[string, Parameters<typeof drifted>, string[]]>([
    ["is shown in a configured attribute", [{ kms: "ours" }, { kms: "theirs" }], ["kms"]],
    ["is shown where someone removed a value", [{ kms: "ours" }, { kms: null }], ["kms"]],
    ["is shown for a tag that someone added", [{ tags: {} }, { tags: { Who: "me" } }], ["tags.Who"]],
  ])("%s", (_, values, paths) => {
    expect(drifted(...values)).toMatchObject([
      { address, change: "changed", attributes: paths.map((path) => ({ path })) },
    ]);
  });

  test.each<[string, Parameters<typeof drifted>]>([
    ["is not shown for attributes that are not configured", [{ arn: "a" }, { arn: "b" }]],
    ["is not shown for what only became known", [{ kms: null }, { kms: "read back" }]],
    ["is not shown for another form of absence", [{ kms: "" }, { kms: null }]],
  ])("%s", (_, values) => {
    expect(drifted(...values)).toEqual([]);
  });

  test("is shown for a deleted resource, without its attributes", () => {
    const gone = resource(address, { name: "a" }, null, { actions: ["delete"] });
    expect(review([], { resource_drift: [gone] }).drift).toEqual([{ address, change: "deleted", attributes: [] }]);
  });

  test("changes nothing by itself", () => {
    const drift = [resource(address, { kms: "ours" }, { kms: "theirs" })];
    expect(changesAnything(review([], { resource_drift: drift, ...writing(address, "kms") }))).toBe(false);
  });
});

describe("outputs", () => {
  test("that change are listed, and a sensitive one without its value", () => {
    const { outputs } = review([], {
      output_changes: {
        Url: change("https://old", "https://new"),
        Same: change("a", "a", { actions: ["no-op"] }),
        Token: change("hunter2", "hunter3", { sensitive: [true, true] }),
      },
    });
    expect(outputs.map(({ name }) => name)).toEqual(["Url", "Token"]);
    expect(JSON.stringify(outputs)).not.toContain("hunter");
  });

  test("are something to apply", () => {
    expect(changesAnything(review([], { output_changes: { Url: change(null, "https://new") } }))).toBe(true);
  });
});

test.each<[string, readonly ResourceChange[], boolean]>([
  ["nothing", [], false],
  ["what stays", [resource("aws_vpc.It", { id: "a" }, { id: "a" }, { actions: ["no-op"] })], false],
  ["a resource that changes", [resource("aws_vpc.It", { a: 1 }, { a: 2 })], true],
  [
    "one that is renamed",
    [resource("aws_vpc.It", {}, {}, { actions: ["no-op"], previous_address: "aws_vpc.Old" })],
    true,
  ],
])("%s: anything to apply: %#", (_, changes, expected) => {
  expect(changesAnything(review(changes))).toBe(expected);
});

test("a plan without any lists is a plan without changes", () => {
  const bare: PlanJson = { format_version: "1.2", terraform_version: "1.11.4", configuration: { root_module: {} } };
  const made = reviewPlan(bare, { environment: "dev", stack: "shop-dev", gate: NO_VERDICT });
  expect(made).toMatchObject({ version: 1, areas: [], drift: [], outputs: [], terraformVersion: "1.11.4" });
});
