import type { Finding } from "./finding";
import type { AwsSession } from "./session";

/** The principal that calls AWS. */
export interface Caller {
  /** Twelve-digit id of the account that the caller is in. */
  readonly account: string;
  /** ARN as STS gives it: of a role's session, not of the role. */
  readonly arn: string;
}

/** Result of {@link checkAccount}. */
export interface AccountFinding extends Finding {
  /** @default - AWS did not answer */
  readonly caller?: Caller;
}

/** Whether the caller is in the account of the configuration. */
export async function checkAccount(session: AwsSession): Promise<AccountFinding> {
  const { account, env } = session;
  let caller: Caller | undefined;
  try {
    caller = await whoAmI(session);
  } catch (error) {
    return { outcome: "failed", ...session.explain(error) };
  }
  if (caller === undefined) {
    return {
      outcome: "failed",
      detail: `${env.AWS_ENDPOINT_URL ?? "the endpoint"} answers, but it is not AWS`,
      remedy: "Sign in to the network if it has a login page, and check AWS_ENDPOINT_URL if it is set.",
    };
  }
  if (caller.account !== account.id) {
    return {
      outcome: "failed",
      detail: `you are ${caller.arn}, in account ${caller.account}; Phase A is in account ${account.id}`,
      remedy: `Switch AWS_PROFILE to account ${account.id}, or fix src/config/account.ts.`,
      caller,
    };
  }
  return { outcome: "ok", detail: `${caller.arn}, ${account.region}${regionNote(account.region, env)}`, caller };
}

async function whoAmI(session: AwsSession): Promise<Caller | undefined> {
  const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const sts = session.lookClient(STSClient);
  const { Account: account, Arn: arn } = await sts.send(new GetCallerIdentityCommand({}));
  return account === undefined || arn === undefined ? undefined : { account, arn };
}

/** The provider and the state backend take their region from the configuration. */
function regionNote(region: string, env: NodeJS.ProcessEnv): string {
  const name = env.AWS_REGION === undefined ? "AWS_DEFAULT_REGION" : "AWS_REGION";
  const set = env[name] ?? region;
  return set === region ? "" : ` (${name} is ${set}, which has no effect here)`;
}
