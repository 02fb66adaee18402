import { MonthlyBudget } from "../../../src/constructs/cost/monthly-budget";
import { constructTemplate, type Attributes } from "../../helpers/template";

function budget(amount: number): Attributes {
  const template = constructTemplate((scope) => {
    new MonthlyBudget(scope, "Budget", {
      name: "shop-monthly",
      amount,
      email: "operator@example.com",
      stackTag: "aleenascuisine-test",
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

  test("mails when half, four fifths and all of a month's money is spent, not when it may be", () => {
    expect(budget(30)).toEqual({
      name: "shop-monthly",
      budget_type: "COST",
      time_unit: "MONTHLY",
      limit_amount: "30",
      limit_unit: "USD",
      cost_filter: [{ name: "TagKeyValue", values: ["user:Stack$aleenascuisine-test"] }],
      notification: [alert(50), alert(80), alert(100)],
    });
  });

  test("takes cents", () => {
    expect(budget(12.5).limit_amount).toBe("12.5");
  });
});
