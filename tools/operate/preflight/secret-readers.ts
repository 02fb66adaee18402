import { secretReaders } from "../../../src/config/secret-readers";
import { globalArn, parseRoleArn } from "../../../src/shared/arn";
import { look, LookDenied } from "../../shared/aws/errors";
import type { Finding } from "../../shared/aws/finding";
import { principalOf } from "../../shared/aws/principal";
import type { CheckContext } from "./check";

/**
 * Whether the secrets' policies allow the caller to read. Every plan reads the database secret, and a caller who is not
 * a reader would be locked out half-way through an apply, once the policy is in place.
 */
export async function checkSecretReaders(context: CheckContext): Promise<Finding> {
  const { config, caller } = context;
  const principal = principalOf(caller.arn);
  if (principal.kind === "other") {
    const readers = secretReaders(config).slice(1).join(", ");
    return {
      outcome: "failed",
      detail: `you are ${principal.what} (${caller.arn}), and the secrets' policies deny you`,
      remedy: `Use credentials of one of ${readers}, or add another role or user to secretReaderArns of ${config.name} (src/config/environments.ts) and use that.`,
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

async function roleArn({ session }: CheckContext, name: string): Promise<string> {
  const { IAMClient, GetRoleCommand } = await import("@aws-sdk/client-iam");
  const request = session.lookClient(IAMClient).send(new GetRoleCommand({ RoleName: name }));
  const { Role: role } = await look("iam:GetRole", request);
  return role?.Arn ?? "";
}

function judge({ config }: CheckContext, arn: string): Finding {
  return secretReaders(config).includes(arn)
    ? { outcome: "ok", detail: `${arn} may read the secrets` }
    : notAReader(config.name, arn, `add "${arn}"`);
}

function judgeByName({ config }: CheckContext, name: string, denied: string): Finding {
  const reader = secretReaders(config).find((arn) => parseRoleArn(arn)?.name === name);
  const unseen = `AWS denies you ${denied}`;
  return reader === undefined
    ? notAReader(
        config.name,
        `the role ${name}`,
        `add "${globalArn(config.account.id, "iam", `role/${name}`)}", with the role's path if it has one (${unseen})`,
      )
    : { outcome: "ok", detail: `${reader} may read the secrets, by name: ${unseen}, so your role's path is unknown` };
}

function notAReader(environment: string, who: string, addition: string): Finding {
  return {
    outcome: "failed",
    detail: `${who} is not a secret reader: the secrets' policies deny it, and an apply would stop half-way`,
    remedy: `In src/config/environments.ts, ${addition} to secretReaderArns of ${environment}; or use credentials of a role or user in that list.`,
  };
}
