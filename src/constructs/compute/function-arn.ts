import { regionalArn } from "../../shared/arn";
import type { AwsAccount } from "../../shared/aws-account";

/**
 * ARN of a function, written from its name: it is known before the function exists.
 *
 * @param target - the function's name, and an alias after a colon if one is meant
 */
export function functionArn(account: AwsAccount, target: string): string {
  return regionalArn(account, "lambda", `function:${target}`);
}
