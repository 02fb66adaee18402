import { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget";
import { Construct } from "constructs";

/** Percentages of the budget at which an email is sent. Source: handover, "Observability & Cost Controls". */
const ALERT_PERCENTAGES = [50, 80, 100];

/** Inputs of {@link MonthlyBudget}. */
export interface MonthlyBudgetProps {
  /** Name of the budget, unique in the account, up to 100 characters. */
  readonly name: string;
  /** Limit in USD a month. */
  readonly amountUsd: number;
  /** Address that receives the alerts. */
  readonly email: string;
  /**
   * Value of the `Stack` tag whose spend is counted. The tag must be activated for cost allocation.
   *
   * @default - the spend of the whole account is counted
   */
  readonly stackTag?: string;
}

/** A monthly budget with alerts on actual, not forecast, spend. */
export class MonthlyBudget extends Construct {
  public constructor(scope: Construct, id: string, { name, amountUsd, email, stackTag }: MonthlyBudgetProps) {
    super(scope, id);
    new BudgetsBudget(this, "Resource", {
      name,
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: String(amountUsd),
      limitUnit: "USD",
      costFilter: stackTag === undefined ? undefined : [{ name: "TagKeyValue", values: [`user:Stack$${stackTag}`] }],
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
