import type { Construct } from "constructs";
import type { EnvironmentConfig } from "../config/schema";
import type { EnvironmentNames } from "../config/names";
import { POSTGRESQL_PORT } from "../constructs/data/aurora-cluster";
import { SecurityGroup } from "../constructs/network/security-group";
import { Vpc } from "../constructs/network/vpc";
import { VpcEndpoints } from "../constructs/network/vpc-endpoints";

const HTTPS = 443;

/** The network of an environment. */
export interface Network {
  /** Ids of the private subnets: functions and database. */
  readonly privateSubnetIds: readonly string[];
  /** Security group of the functions. */
  readonly lambdaGroup: SecurityGroup;
  /** Security group of the database. It allows the functions. */
  readonly databaseGroup: SecurityGroup;
}

/**
 * Adds the VPC, its endpoints and the security groups: the functions reach HTTPS anywhere and the database, and
 * nothing else reaches anything.
 *
 * @param scope - the environment's stack
 */
export function addNetwork(
  scope: Construct,
  { account, network }: Pick<EnvironmentConfig, "account" | "network">,
  names: EnvironmentNames,
): Network {
  const namePrefix = names.stack;
  const vpc = new Vpc(scope, "VPC", { namePrefix, account, cidr: network.vpcCidr, zones: network.zones });
  const group = (id: string, name: string, description: string): SecurityGroup =>
    new SecurityGroup(scope, id, { vpcId: vpc.vpcId, name, description });

  const lambdaGroup = group("LambdaSecurityGroup", names.lambdaSecurityGroup, "The functions");
  const databaseGroup = group("DatabaseSecurityGroup", names.databaseSecurityGroup, "The Aurora cluster");
  const endpointGroup = group("EndpointSecurityGroup", names.endpointSecurityGroup, "Interface endpoints");
  lambdaGroup.allowToAnywhere(HTTPS, "AWS services and Razorpay");
  lambdaGroup.allowTo(databaseGroup, POSTGRESQL_PORT, "PostgreSQL from the functions");
  endpointGroup.allowFrom(lambdaGroup, HTTPS, "AWS services from the functions");

  new VpcEndpoints(scope, "Endpoints", {
    namePrefix,
    account,
    vpc,
    securityGroup: endpointGroup,
    interfaceEndpoints: network.interfaceEndpoints,
  });
  return { privateSubnetIds: vpc.privateSubnetIds, lambdaGroup, databaseGroup };
}
