import { judge } from "../../../../tools/operate/review/gate";
import type { PlanJson, ResourceChange } from "../../../../tools/shared/terraform/plan-json";
import { nextSteps } from "../../../../tools/operate/review/next-steps";
import { reviewPlan } from "../../../../tools/operate/review/review";
import { configurationOf, planOf, resource } from "./plan";

const PROTECTED = { lifecycle: { prevent_destroy: true } };
const TAINTED = { action_reason: "replace_because_tainted" };
const REPLACED = ["delete", "create"];
const SUCCESSOR_FIRST = ["create", "delete"];

const database = (details: Parameters<typeof resource>[3]): ResourceChange =>
  resource("aws_rds_cluster.Database", { id: "a" }, { id: null }, { actions: REPLACED, ...details });
const group = (name: string, details: Parameters<typeof resource>[3]): ResourceChange =>
  resource("aws_rds_cluster_parameter_group.It", { name: "group" }, { name }, { actions: SUCCESSOR_FIRST, ...details });

/** The next steps in the review. @param protect - whether Terraform refuses */
function advice(change: ResourceChange, protect: boolean): string {
  const plan: PlanJson = planOf([change], { errored: protect });
  const configuration = configurationOf({ [change.address]: protect ? PROTECTED : {} });
  const gate = judge({ plan, configuration, allowed: [] });
  const review = reviewPlan(plan, { environment: "prod", stack: "aleenascuisine-prod", gate });
  return nextSteps(review, "the/folder").join("\n");
}

describe("the next steps for a tainted resource", () => {
  test("that is protected: untaint it and plan again, without removing the protection", () => {
    const text = advice(database(TAINTED), true);
    expect(text).toContain("  terraform -chdir=the/folder untaint aws_rds_cluster.Database\n  npm run plan -- prod");
    expect(text).not.toMatch(/protectData|--allow/);
  });

  test("that is not protected: untaint it, or allow its replacement", () => {
    const text = advice(database(TAINTED), false);
    expect(text).toContain("terraform -chdir=the/folder untaint aws_rds_cluster.Database");
    expect(text).toContain("npm run plan -- prod --allow aws_rds_cluster.Database");
  });

  test("whose replacement, created first, would have the same name: untaint it", () => {
    expect(advice(group("group", TAINTED), false)).toContain("untaint aws_rds_cluster_parameter_group.It");
  });

  test.each([
    ["replaced for another reason", advice(database({}), true)],
    ["tainted, with another name for its successor", advice(group("other", TAINTED), false)],
    ["tainted, and goes before its successor comes", advice(group("group", { ...TAINTED, actions: REPLACED }), false)],
  ])("not of what is %s", (_, text) => {
    expect(text).not.toContain("untaint");
  });
});
