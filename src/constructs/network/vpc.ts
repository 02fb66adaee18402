import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc as AwsVpc } from "@cdktf/provider-aws/lib/vpc";
import { Construct } from "constructs";
import type { AwsAccount } from "../../shared/aws-account";
import { INTERFACE_RELEASE_TIMEOUT } from "./interface-release";
import { MAX_ZONES, subnetCidr, type SubnetKind } from "./subnet-cidrs";

const EVERYWHERE = "0.0.0.0/0";

const CIDR = "10.0.0.0/16";

/** Two, since Aurora requires subnets in at least two. */
const ZONES = ["a", "b"];

/** Inputs of {@link Vpc}. */
export interface VpcProps {
  /** Prefix of every `Name` tag. */
  readonly namePrefix: string;
  /** Account and region of the VPC. */
  readonly account: AwsAccount;
  /**
   * IPv4 CIDR block, /16 to /24.
   *
   * @default "10.0.0.0/16"
   */
  readonly cidr?: string;
  /**
   * Availability Zone letters, up to eight. Append only: a subnet's CIDR block follows from its zone's place. They
   * are literals because a look-up could shift them, and would list local zones too.
   *
   * @default ["a", "b"]
   */
  readonly zones?: readonly string[];
}

/**
 * A VPC with a public and a private subnet in each zone, one NAT gateway for all zones (the handover's beta cost
 * profile) and a route table for each kind of subnet.
 */
export class Vpc extends Construct {
  /** Id, assigned by AWS. */
  public readonly vpcId: string;
  /** Ids of the private subnets, in the order of the zones. */
  public readonly privateSubnetIds: readonly string[];
  /** Id of the route table of the private subnets. */
  public readonly privateRouteTableId: string;
  readonly #props: VpcProps;

  /** @throws Error when there is no zone, or more than eight */
  public constructor(scope: Construct, id: string, props: VpcProps) {
    super(scope, id);
    this.#props = props;
    const vpc = new AwsVpc(this, "Resource", {
      cidrBlock: props.cidr ?? CIDR,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: `${props.namePrefix}-vpc` },
    });
    this.vpcId = vpc.id;
    this.#emptyDefaultSecurityGroup();
    const internet = new InternetGateway(this, "InternetGateway", { vpcId: vpc.id, tags: this.#name("igw") });

    const publicSubnets = this.#subnets("public");
    const publicRoutes = this.#routeTable("Public", publicSubnets);
    new Route(this, "PublicDefaultRoute", {
      routeTableId: publicRoutes.id,
      destinationCidrBlock: EVERYWHERE,
      gatewayId: internet.id,
    });

    const privateSubnets = this.#subnets("private");
    const privateRoutes = this.#routeTable("Private", privateSubnets);
    new Route(this, "PrivateDefaultRoute", {
      routeTableId: privateRoutes.id,
      destinationCidrBlock: EVERYWHERE,
      natGatewayId: this.#natGateway(publicSubnets, internet).id,
    });

    this.privateSubnetIds = [...privateSubnets.values()].map((subnet) => subnet.id);
    this.privateRouteTableId = privateRoutes.id;
  }

  /** AWS creates this group with all ports open among its members. Adopted and emptied, it opens none. */
  #emptyDefaultSecurityGroup(): void {
    new DefaultSecurityGroup(this, "DefaultSecurityGroup", {
      vpcId: this.vpcId,
      ingress: [],
      egress: [],
      tags: this.#name("default-empty"),
    });
  }

  #subnets(kind: SubnetKind): Map<string, Subnet> {
    const label = kind === "public" ? "Public" : "Private";
    const { account, cidr = CIDR, zones = ZONES } = this.#props;
    return new Map(
      zones.map((zone, index) => [
        zone,
        new Subnet(this, `${label}Subnet-${zone}`, {
          vpcId: this.vpcId,
          cidrBlock: subnetCidr(cidr, kind, index),
          availabilityZone: `${account.region}${zone}`,
          mapPublicIpOnLaunch: false,
          tags: this.#name(`${kind}-${zone}`),
          timeouts: { delete: INTERFACE_RELEASE_TIMEOUT },
        }),
      ]),
    );
  }

  #routeTable(label: "Public" | "Private", subnets: ReadonlyMap<string, Subnet>): RouteTable {
    const table = new RouteTable(this, `${label}RouteTable`, {
      vpcId: this.vpcId,
      tags: this.#name(label.toLowerCase()),
    });
    for (const [zone, subnet] of subnets) {
      new RouteTableAssociation(this, `${label}RouteTableAssociation-${zone}`, {
        routeTableId: table.id,
        subnetId: subnet.id,
      });
    }
    return table;
  }

  /** One for all zones, in the first. */
  #natGateway(publicSubnets: ReadonlyMap<string, Subnet>, internet: InternetGateway): NatGateway {
    const [first] = publicSubnets.values();
    if (!first || publicSubnets.size > MAX_ZONES) {
      throw new Error(
        `A VPC has 1 to ${String(MAX_ZONES)} zones, this one has ${String(publicSubnets.size)}. Correct its zones.`,
      );
    }
    const address = new Eip(this, "NatAddress", {
      domain: "vpc",
      tags: this.#name("nat"),
      dependsOn: [internet],
    });
    return new NatGateway(this, "NatGateway", {
      allocationId: address.id,
      subnetId: first.id,
      tags: this.#name("nat"),
      dependsOn: [internet],
    });
  }

  #name(suffix: string): { Name: string } {
    return { Name: `${this.#props.namePrefix}-${suffix}` };
  }
}
