import type { Construct } from "constructs";
import { ACCOUNT, dev } from "../fixtures/environments";
import { LambdaFunction } from "../../src/constructs/compute/lambda-function";
import { SecurityGroup } from "../../src/constructs/network/security-group";
import { LogGroup } from "../../src/constructs/observability/log-group";
import type { EncryptionKey } from "../../src/constructs/security/encryption-key";
import { executionRole } from "./role";

/** What may differ from one function under test to another. */
interface FunctionOptions {
  readonly id?: string;
  readonly name?: string;
  readonly config?: typeof dev.function;
  readonly retentionDays?: number;
}

/** A function for a construct under test that needs one, with its log group and security group. */
export function functionIn(
  scope: Construct,
  key: EncryptionKey,
  { id = "App", name = "app", config = dev.function, retentionDays = 14 }: FunctionOptions = {},
): LambdaFunction {
  return new LambdaFunction(scope, id, {
    name,
    description: "Answers",
    account: ACCOUNT,
    role: executionRole(),
    config,
    environment: {},
    subnetIds: ["subnet-1"],
    securityGroup: new SecurityGroup(scope, "Group", { vpcId: "vpc-1", name: "app", description: "Asks" }),
    logGroup: new LogGroup(scope, "Log", { name: "/aws/lambda/app", retentionDays, key }),
  });
}
