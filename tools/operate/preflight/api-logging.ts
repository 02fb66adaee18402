import { look } from "../../shared/aws/errors";
import type { Finding } from "../../shared/aws/finding";
import type { CheckContext } from "./check";

/** Whether API Gateway has a role for writing logs in this account and region. A stage with logs needs it. */
export async function checkApiLogging({ session }: CheckContext): Promise<Finding> {
  const { APIGatewayClient, GetAccountCommand } = await import("@aws-sdk/client-api-gateway");
  const gateway = session.lookClient(APIGatewayClient);
  const { cloudwatchRoleArn: role } = await look("apigateway:GET", gateway.send(new GetAccountCommand({})));
  const { id, region } = session.account;
  return role === undefined || role === ""
    ? {
        outcome: "failed",
        detail: `API Gateway has no role to write logs with in ${id}, ${region}`,
        remedy: "npm run bootstrap",
      }
    : { outcome: "ok", detail: `API Gateway writes logs as ${role}` };
}
