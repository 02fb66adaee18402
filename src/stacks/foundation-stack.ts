import type { Construct } from "constructs";
import type { AwsAccount } from "../shared/aws-account";
import { ApiGatewayAccountLogging } from "../constructs/api/account-logging";
import { StateBucket } from "../constructs/storage/state-bucket";
import { API_LOGGING_ROLE, FOUNDATION_NAME, stateBucketName } from "../config/names";
import { PhaseAStack } from "./phase-a-stack";

/** What exists once per account and region. `npm run bootstrap` applies it before any environment. */
export class FoundationStack extends PhaseAStack {
  public constructor(scope: Construct, account: AwsAccount) {
    super(scope, { account, name: FOUNDATION_NAME, protectData: true });
    new StateBucket(this, "StateBucket", { name: stateBucketName(account.id) });
    new ApiGatewayAccountLogging(this, "ApiGatewayAccount", { roleName: API_LOGGING_ROLE });
  }
}
