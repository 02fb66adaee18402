import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";
import type { AwsAccount } from "../../shared/aws-account";
import { INTERFACE_ENDPOINTS, type InterfaceEndpoint } from "./limits";
import type { SecurityGroup } from "./security-group";
import type { Vpc } from "./vpc";

/** Inputs of {@link VpcEndpoints}. */
export interface VpcEndpointsProps {
  /** Prefix of every `Name` tag. */
  readonly namePrefix: string;
  /** Account and region of the VPC. */
  readonly account: AwsAccount;
  /** VPC that gets the endpoints, in its private subnets. */
  readonly vpc: Vpc;
  /** Security group of every interface endpoint. It must allow HTTPS from the callers. */
  readonly securityGroup: SecurityGroup;
  /**
   * AWS services that get an interface endpoint, billed by the hour and zone. The others are reached through the NAT
   * gateway.
   *
   * @default - all of {@link INTERFACE_ENDPOINTS}
   */
  readonly interfaceEndpoints?: readonly InterfaceEndpoint[];
}

/** Private access to AWS services: a free gateway endpoint for S3, and interface endpoints with private DNS. */
export class VpcEndpoints extends Construct {
  public constructor(scope: Construct, id: string, props: VpcEndpointsProps) {
    super(scope, id);
    const { account, interfaceEndpoints = INTERFACE_ENDPOINTS, namePrefix, vpc } = props;
    new VpcEndpoint(this, "s3", {
      vpcId: vpc.vpcId,
      serviceName: `com.amazonaws.${account.region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: [vpc.privateRouteTableId],
      tags: { Name: `${namePrefix}-s3` },
    });
    for (const service of interfaceEndpoints) {
      new VpcEndpoint(this, service, {
        vpcId: vpc.vpcId,
        serviceName: `com.amazonaws.${account.region}.${service}`,
        vpcEndpointType: "Interface",
        subnetIds: [...vpc.privateSubnetIds],
        securityGroupIds: [props.securityGroup.groupId],
        privateDnsEnabled: true,
        tags: { Name: `${namePrefix}-${service}` },
      });
    }
  }
}
