import { secretReaders } from "../../../src/config/secret-readers";
import { lookSettings } from "../../shared/aws/client-settings";
import type { CheckContext, Finding } from "./check";
import { look, LookDenied } from "../../shared/aws/errors";
import { principalOf, roleOf } from "../../shared/aws/principal";

/**
 * Whether the secrets' policies let the caller read: every plan reads the database secret, and an apply
 * of somebody else would lock itself out as soon as the policy stands.
 */
export async function checkSecretReaders(context: CheckContext): Promise<Finding> {
  const { config, caller } = context;
  const principal = principalOf(caller.arn);
  if (principal.kind === "other") {
    const readers = secretReaders(config).slice(1).join(", ");
    return {
      outcome: "failed",
      detail: `you are ${principal.what} (${caller.arn}), whom the secrets' policies deny`,
      remedy: `Use credentials of one of ${readers}, or of another role or user that you add to secretReaderArns of ${config.name} (src/config/environments.ts).`,
    };
  }
  if (principal.kind === "user") {
    return judge(context, principal.arn);
  }
  try {
    return judge(context, await roleArn(context, principal.name));
  } catch (error) {
    if (error instanceof LookDenied) {
      return judgeByName(context, principal.name, error.action);
    }
    throw error;
  }
}

async function roleArn({ config, env }: CheckContext, name: string): Promise<string> {
  const { IAMClient, GetRoleCommand } = await import("@aws-sdk/client-iam");
  const iam = new IAMClient(lookSettings(config.account.region, env));
  const { Role: role } = await look("iam:GetRole", iam.send(new GetRoleCommand({ RoleName: name })));
  return role?.Arn ?? "";
}

function judge({ config }: CheckContext, arn: string): Finding {
  return secretReaders(config).includes(arn)
    ? { outcome: "ok", detail: `${arn} is one of them` }
    : notAmongThem(config.name, arn, `add "${arn}"`);
}

function judgeByName({ config }: CheckContext, name: string, denied: string): Finding {
  const reader = secretReaders(config).find((arn) => arn.includes(":role/") && roleOf(arn).name === name);
  const unseen = `AWS denies you ${denied}`;
  return reader === undefined
    ? notAmongThem(
        config.name,
        `the role ${name}`,
        `add "arn:aws:iam::${config.account.id}:role/${name}", with the role's path if it has one (${unseen})`,
      )
    : { outcome: "ok", detail: `${reader} is one of them, by name: ${unseen}, so your role's path was not looked at` };
}

function notAmongThem(environment: string, who: string, addition: string): Finding {
  return {
    outcome: "failed",
    detail: `${who} is not one of them: the secrets' policies deny it, and an apply would stop half-way`,
    remedy: `In src/config/environments.ts, ${addition} to secretReaderArns of ${environment}; or use credentials of one that it lists.`,
  };
}
