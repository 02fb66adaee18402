import { policyDocument } from "../../../src/constructs/security/policy-document";
import { lookSettings } from "../../shared/aws/client-settings";
import type { CheckContext, Finding } from "./check";
import { isNamed, look } from "../../shared/aws/errors";
import { roleOf } from "../../shared/aws/principal";
import { LAMBDA, trusts } from "../../shared/iam/trust";

/** Lets Lambda assume a role, and nobody else. */
const LAMBDA_TRUST = policyDocument([
  { Sid: "LambdaAssumes", Effect: "Allow", Principal: { Service: LAMBDA }, Action: "sts:AssumeRole" },
]);

/** Whether the role that the functions are given exists, under the exact ARN, and lets Lambda assume it. */
export async function checkExecutionRole({ config, env }: CheckContext): Promise<Finding> {
  const { IAMClient, GetRoleCommand } = await import("@aws-sdk/client-iam");
  const arn = config.lambdaExecutionRoleArn;
  const { path, name } = roleOf(arn);
  const iam = new IAMClient(lookSettings(config.account.region, env));
  const permissions = `its permissions: npm run role -- execution ${config.name} --check`;
  try {
    const { Role: role } = await look("iam:GetRole", iam.send(new GetRoleCommand({ RoleName: name })));
    if (role?.Arn !== arn) {
      return {
        outcome: "failed",
        detail: `the role ${name} is ${role?.Arn ?? "unknown"}, the configuration has ${arn}`,
        remedy: `Mend lambdaExecutionRoleArn of ${config.name} in src/config/environments.ts.`,
      };
    }
    const trust = trusts(role.AssumeRolePolicyDocument ?? "", LAMBDA);
    if (trust === "no") {
      return {
        outcome: "failed",
        detail: `${arn} does not let ${LAMBDA} assume it`,
        remedy: `aws iam update-assume-role-policy --role-name ${name} --policy-document '${LAMBDA_TRUST}'`,
      };
    }
    const note = trust === "conditionally" ? " under a condition that was not judged" : "";
    return { outcome: "ok", detail: `${arn} lets Lambda assume it${note} (${permissions})` };
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
