import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";
import type { InterfaceEndpoint } from "./limits";
import type { SecurityGroup } from "./security-group";
import type { Vpc } from "./vpc";

/** Inputs of {@link VpcEndpoints}. */
export interface VpcEndpointsProps {
  /** Prefix of every `Name` tag. */
  readonly namePrefix: string;
  /** Region of the services. */
  readonly region: string;
  /** VPC whose private subnets get the endpoints. */
  readonly vpc: Vpc;
  /** Guards every interface endpoint. */
  readonly securityGroup: SecurityGroup;
  /** AWS services that get an interface endpoint in the private subnets; billed by the hour. */
  readonly interfaceEndpoints: readonly InterfaceEndpoint[];
}

/** Private ways to AWS services: a free gateway endpoint for S3, and interface endpoints with private DNS. */
export class VpcEndpoints extends Construct {
  public constructor(scope: Construct, id: string, props: VpcEndpointsProps) {
    super(scope, id);
    const { namePrefix, region, vpc } = props;
    new VpcEndpoint(this, "s3", {
      vpcId: vpc.vpcId,
      serviceName: `com.amazonaws.${region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: [vpc.privateRouteTableId],
      tags: { Name: `${namePrefix}-s3` },
    });
    for (const service of props.interfaceEndpoints) {
      new VpcEndpoint(this, service, {
        vpcId: vpc.vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: "Interface",
        subnetIds: [...vpc.privateSubnetIds],
        securityGroupIds: [props.securityGroup.groupId],
        privateDnsEnabled: true,
        tags: { Name: `${namePrefix}-${service}` },
      });
    }
  }
}
