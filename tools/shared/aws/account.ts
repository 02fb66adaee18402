import type { AwsAccount } from "../../../src/shared/aws-account";
import { lookSettings } from "./client-settings";
import type { Caller, Finding } from "../../operate/preflight/check";
import { explain } from "./errors";

/** What was found out about the caller. */
export interface AccountFinding extends Finding {
  /** @default - AWS did not say */
  readonly caller?: Caller;
}

/**
 * Asks AWS who the caller is.
 *
 * @param account - account and region of the configuration
 * @param env - environment with the caller's AWS settings
 */
export async function checkAccount(account: AwsAccount, env: NodeJS.ProcessEnv): Promise<AccountFinding> {
  let caller: Caller | undefined;
  try {
    caller = await whoAmI(account.region, env);
  } catch (error) {
    return { outcome: "failed", ...explain(error, env) };
  }
  if (caller === undefined) {
    return {
      outcome: "failed",
      detail: `${env.AWS_ENDPOINT_URL ?? "what stands in for AWS"} answered, but not as AWS does`,
      remedy: "Sign in where the network wants it, and check AWS_ENDPOINT_URL if it is set.",
    };
  }
  if (caller.account !== account.id) {
    return {
      outcome: "failed",
      detail: `you are ${caller.arn}, in account ${caller.account}; Phase A lives in ${account.id}`,
      remedy: `Switch AWS_PROFILE to account ${account.id}, or mend src/config/account.ts.`,
      caller,
    };
  }
  return { outcome: "ok", detail: `${caller.arn}, ${account.region}${regionNote(account.region, env)}`, caller };
}

async function whoAmI(region: string, env: NodeJS.ProcessEnv): Promise<Caller | undefined> {
  const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const { Account: account, Arn: arn } = await new STSClient(lookSettings(region, env)).send(
    new GetCallerIdentityCommand({}),
  );
  return account === undefined || arn === undefined ? undefined : { account, arn };
}

/** The provider and the state backend have their region from the configuration. */
function regionNote(region: string, env: NodeJS.ProcessEnv): string {
  const name = env.AWS_REGION === undefined ? "AWS_DEFAULT_REGION" : "AWS_REGION";
  const set = env[name] ?? region;
  return set === region ? "" : ` (${name} is ${set}, which has no effect here)`;
}
