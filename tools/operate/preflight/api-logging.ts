import { lookSettings } from "../../shared/aws/client-settings";
import type { CheckContext, Finding } from "./check";
import { look } from "../../shared/aws/errors";

/** Whether API Gateway has a role to write logs as in this account and region: a stage that logs needs it. */
export async function checkApiLogging({ config: { account }, env }: CheckContext): Promise<Finding> {
  const { APIGatewayClient, GetAccountCommand } = await import("@aws-sdk/client-api-gateway");
  const gateway = new APIGatewayClient(lookSettings(account.region, env));
  const { cloudwatchRoleArn: role } = await look("apigateway:GET", gateway.send(new GetAccountCommand({})));
  return role === undefined || role === ""
    ? {
        outcome: "failed",
        detail: `API Gateway has no role to write logs as in ${account.id}, ${account.region}`,
        remedy: "npm run bootstrap",
      }
    : { outcome: "ok", detail: `API Gateway writes logs as ${role}` };
}
