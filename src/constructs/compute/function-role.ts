import { regionalArn } from "../../shared/arn";
import type { AwsAccount } from "../../shared/aws-account";
import { ExternalRole, type ExternalRoleProps } from "../security/external-role";
import type { IdentityStatement } from "../security/policy-document";
import { functionArn } from "./function-arn";

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
 * The same, for actions that support no resource-level permissions.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
const INTERFACE_LOOKUPS = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];

/** Inputs of {@link FunctionRole}. */
export interface FunctionRoleProps extends ExternalRoleProps {
  /** Account and region of the functions. */
  readonly account: AwsAccount;
}

/**
 * The role that functions run as. Its policy ends with what every function needs to run: traces, and the
 * network interfaces that Lambda creates. Lambda needs the calls about interfaces; the functions' own code
 * does not, and is denied them.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice
 */
export class FunctionRole extends ExternalRole {
  readonly #account: AwsAccount;
  readonly #functionNames: string[] = [];

  public constructor(props: FunctionRoleProps) {
    super(props);
    this.#account = props.account;
  }

  /**
   * Lets a function run as the role. The function calls it.
   *
   * @param functionName - name of the function, without alias or version
   */
  public grantRun(functionName: string): void {
    this.#functionNames.push(functionName);
  }

  protected override statements(): readonly IdentityStatement[] {
    return [...super.statements(), ...(this.#functionNames.length > 0 ? this.#running() : [])];
  }

  #running(): IdentityStatement[] {
    return [
      {
        // X-Ray has no resources: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
        Sid: "FunctionTracing",
        Effect: "Allow",
        Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
        Resource: "*",
      },
      {
        Sid: "FunctionInterfaces",
        Effect: "Allow",
        Action: INTERFACE_ACTIONS,
        Resource: regionalArn(this.#account, "ec2", "*/*"),
      },
      { Sid: "FunctionInterfaceLookups", Effect: "Allow", Action: INTERFACE_LOOKUPS, Resource: "*" },
      {
        Sid: "FunctionCodeMakesNoInterfaces",
        Effect: "Deny",
        Action: [...INTERFACE_ACTIONS, ...INTERFACE_LOOKUPS],
        Resource: "*",
        Condition: {
          ArnEquals: {
            "lambda:SourceFunctionArn": this.#functionNames.map((name) => functionArn(this.#account, name)),
          },
        },
      },
    ];
  }
}
