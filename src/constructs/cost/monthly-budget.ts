import { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget";
import { Construct } from "constructs";

/** Percentages of the budget at which a mail goes out. Source: handover, "Observability & Cost Controls". */
const ALERT_PERCENTAGES = [50, 80, 100];

/** Inputs of {@link MonthlyBudget}. */
export interface MonthlyBudgetProps {
  /** Name of the budget, unique in the account, up to 100 characters. */
  readonly name: string;
  /** USD a month. */
  readonly amount: number;
  /** Receives the alerts. */
  readonly email: string;
  /** Value of the `Stack` tag whose spend is counted. The tag must be activated for cost allocation. */
  readonly stackTag: string;
}

/** A monthly budget over the spend of one environment, with alerts on what was actually spent. */
export class MonthlyBudget extends Construct {
  public constructor(scope: Construct, id: string, { name, amount, email, stackTag }: MonthlyBudgetProps) {
    super(scope, id);
    new BudgetsBudget(this, "Resource", {
      name,
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: String(amount),
      limitUnit: "USD",
      costFilter: [{ name: "TagKeyValue", values: [`user:Stack$${stackTag}`] }],
      notification: ALERT_PERCENTAGES.map((threshold) => ({
        notificationType: "ACTUAL",
        comparisonOperator: "GREATER_THAN",
        thresholdType: "PERCENTAGE",
        threshold,
        subscriberEmailAddresses: [email],
      })),
    });
  }
}
