import { parseRoleArn } from "../../../src/shared/arn";
import { isNamed, look } from "../../shared/aws/errors";
import type { Finding } from "../../shared/aws/finding";
import { LAMBDA, LAMBDA_TRUST, trusts } from "../../shared/iam/trust";
import type { CheckContext } from "./check";

/** Whether the functions' role exists under exactly the configured ARN, and trusts Lambda. */
export async function checkExecutionRole({ config, session }: CheckContext): Promise<Finding> {
  const { IAMClient, GetRoleCommand } = await import("@aws-sdk/client-iam");
  const arn = config.lambdaExecutionRoleArn;
  const { path, name } = parseRoleArn(arn) ?? { path: "/", name: "" };
  const permissions = `its permissions: npm run role -- execution ${config.name} --check`;
  try {
    const request = session.lookClient(IAMClient).send(new GetRoleCommand({ RoleName: name }));
    const { Role: role } = await look("iam:GetRole", request);
    if (role?.Arn !== arn) {
      return {
        outcome: "failed",
        detail: `the role ${name} is ${role?.Arn ?? "unknown"}, the configuration has ${arn}`,
        remedy: `Fix lambdaExecutionRoleArn of ${config.name} in src/config/environments.ts.`,
      };
    }
    const trust = trusts(decodeURIComponent(role.AssumeRolePolicyDocument ?? ""), LAMBDA);
    if (trust === "no") {
      return {
        outcome: "failed",
        detail: `${arn} does not trust ${LAMBDA}`,
        remedy: `aws iam update-assume-role-policy --role-name ${name} --policy-document '${LAMBDA_TRUST}'`,
      };
    }
    const note = trust === "conditionally" ? ", under a condition that was not evaluated" : "";
    return { outcome: "ok", detail: `${arn} trusts Lambda${note} (${permissions})` };
  } catch (error) {
    if (isNamed(error, "NoSuchEntityException")) {
      const options = `--role-name ${name} --path ${path} --assume-role-policy-document '${LAMBDA_TRUST}'`;
      return {
        outcome: "failed",
        detail: `${arn} does not exist`,
        remedy: `aws iam create-role ${options}; ${permissions}`,
      };
    }
    throw error;
  }
}
