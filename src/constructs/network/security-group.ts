import { SecurityGroup as AwsSecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { INTERFACE_RELEASE_TIMEOUT } from "./interface-release";

/** Inputs of {@link SecurityGroup}. */
export interface SecurityGroupProps {
  /** VPC that the group belongs to. */
  readonly vpcId: string;
  /** Group name, up to 255 characters, not starting with `sg-`. */
  readonly name: string;
  /** What the group is for. AWS cannot change it later: a new one replaces the group. */
  readonly description: string;
}

/**
 * A security group that lets nothing in and nothing out until it is told to. Each rule is a resource
 * of its own, so that a plan shows exactly the rule that changes.
 */
export class SecurityGroup extends Construct {
  /** Id that AWS assigned. */
  public readonly groupId: string;

  public constructor(scope: Construct, id: string, { vpcId, name, description }: SecurityGroupProps) {
    super(scope, id);
    const group = new AwsSecurityGroup(this, "Resource", {
      vpcId,
      name,
      description,
      tags: { Name: name },
      timeouts: { delete: INTERFACE_RELEASE_TIMEOUT },
    });
    this.groupId = group.id;
  }

  /** Opens one TCP port from this group's members to another group's, at both ends. */
  public allowTo(peer: SecurityGroup, port: number, description: string): void {
    this.#egress(`To${peer.node.id}-${String(port)}`, port, description, { referencedSecurityGroupId: peer.groupId });
    peer.allowFrom(this, port, description);
  }

  /** Opens one TCP port of this group's members to another group's members. */
  public allowFrom(peer: SecurityGroup, port: number, description: string): void {
    new VpcSecurityGroupIngressRule(this, `From${peer.node.id}-${String(port)}`, {
      securityGroupId: this.groupId,
      referencedSecurityGroupId: peer.groupId,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description,
    });
  }

  /** Opens one TCP port from this group's members to every IPv4 address. */
  public allowToAnywhere(port: number, description: string): void {
    this.#egress(`ToAnywhere-${String(port)}`, port, description, { cidrIpv4: "0.0.0.0/0" });
  }

  #egress(
    id: string,
    port: number,
    description: string,
    target: { readonly referencedSecurityGroupId: string } | { readonly cidrIpv4: string },
  ): void {
    new VpcSecurityGroupEgressRule(this, id, {
      securityGroupId: this.groupId,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description,
      ...target,
    });
  }
}
