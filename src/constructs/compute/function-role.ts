import type { AwsAccount } from "../../shared/aws-account";
import type { ExternalRole } from "../security/external-role";

/**
 * What Lambda does as the role to give a function its network interfaces, on resources that can be named.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
const INTERFACE_ACTIONS = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * The same, without resources that a policy could name.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
const INTERFACE_LOOKUPS = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];

/**
 * Lets functions run as a role: their traces, and the network interfaces that Lambda makes for them. Asked once
 * for all of them, since one statement serves all.
 *
 * Lambda needs the calls about interfaces; the functions' own code does not, and is refused them.
 *
 * @param role - that all the functions run as
 * @param account - account and region that they stand in
 * @param names - of all the functions
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice
 */
export function grantRunning(role: ExternalRole, account: AwsAccount, names: readonly string[]): void {
  role.allow({
    // X-Ray knows no resources: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    Sid: "FunctionTracing",
    Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    Resource: "*",
  });
  role.allow({
    Sid: "FunctionInterfaces",
    Action: INTERFACE_ACTIONS,
    Resource: `arn:aws:ec2:${account.region}:${account.id}:*/*`,
  });
  role.allow({ Sid: "FunctionInterfaceLookups", Action: INTERFACE_LOOKUPS, Resource: "*" });
  role.deny({
    Sid: "FunctionCodeMakesNoInterfaces",
    Action: [...INTERFACE_ACTIONS, ...INTERFACE_LOOKUPS],
    Resource: "*",
    Condition: { ArnEquals: { "lambda:SourceFunctionArn": names.map((name) => functionArn(account, name)) } },
  });
}

/**
 * ARN of a function as it can be written before the function exists.
 *
 * @param target - the function's name, with an alias behind a colon if one is meant
 */
export function functionArn({ id, region }: AwsAccount, target: string): string {
  return `arn:aws:lambda:${region}:${id}:function:${target}`;
}
