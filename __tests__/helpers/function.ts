import type { Construct } from "constructs";
import { ACCOUNT, dev } from "../fixtures/environments";
import { LambdaFunction, type LambdaFunctionProps } from "../../src/constructs/compute/lambda-function";
import { SecurityGroup } from "../../src/constructs/network/security-group";
import { LogGroup } from "../../src/constructs/observability/log-group";
import type { EncryptionKey } from "../../src/constructs/security/encryption-key";
import { executionRole } from "./role";

/** What may differ from one function under test to another. */
interface FunctionOptions extends Partial<LambdaFunctionProps> {
  readonly id?: string;
  readonly retentionDays?: number;
}

/** A function for a construct under test that needs one, with its log group and security group. */
export function functionIn(
  scope: Construct,
  key: EncryptionKey,
  { id = "App", retentionDays = 14, ...props }: FunctionOptions = {},
): LambdaFunction {
  return new LambdaFunction(scope, id, {
    name: "app",
    account: ACCOUNT,
    role: executionRole(),
    artifact: dev.function.artifact,
    subnetIds: ["subnet-1"],
    securityGroup: new SecurityGroup(scope, "Group", { vpcId: "vpc-1", name: "app", description: "The function" }),
    logGroup: new LogGroup(scope, "Log", { name: "/aws/lambda/app", account: ACCOUNT, retentionDays, key }),
    ...props,
  });
}
