import { MonthlyBudget } from "../../../src/constructs/cost/monthly-budget";
import { constructTemplate, type Attributes } from "../../helpers/template";

function budget(amountUsd: number, stackTag?: string): Attributes {
  const template = constructTemplate((scope) => {
    new MonthlyBudget(scope, "Budget", {
      name: "shop-monthly",
      amountUsd,
      email: "operator@example.com",
      stackTag,
    });
  });
  expect(template.inventory).toEqual({ aws_budgets_budget: 1 });
  return template.at("aws_budgets_budget.Budget");
}

describe("MonthlyBudget", () => {
  const alert = (threshold: number): object => ({
    notification_type: "ACTUAL",
    comparison_operator: "GREATER_THAN",
    threshold_type: "PERCENTAGE",
    threshold,
    subscriber_email_addresses: ["operator@example.com"],
  });

  test("sends an email when 50, 80 and 100 % of the budget is spent, not when it is forecast to be", () => {
    expect(budget(30, "aleenascuisine-test")).toEqual({
      name: "shop-monthly",
      budget_type: "COST",
      time_unit: "MONTHLY",
      limit_amount: "30",
      limit_unit: "USD",
      cost_filter: [{ name: "TagKeyValue", values: ["user:Stack$aleenascuisine-test"] }],
      notification: [alert(50), alert(80), alert(100)],
    });
  });

  test("counts the spend of the whole account when no tag is given", () => {
    expect(budget(30)).not.toHaveProperty("cost_filter");
  });

  test("accepts cents", () => {
    expect(budget(12.5).limit_amount).toBe("12.5");
  });
});
