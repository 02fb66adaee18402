import { SecurityGroup as AwsSecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { INTERFACE_RELEASE_TIMEOUT } from "./interface-release";

/** Inputs of {@link SecurityGroup}. */
export interface SecurityGroupProps {
  /** Id of the VPC that the group belongs to. */
  readonly vpcId: string;
  /** Group name, up to 255 characters, not starting with `sg-`. */
  readonly name: string;
  /**
   * What the group is for, up to 255 characters. AWS cannot change it: another description replaces the group.
   *
   * @default - the group's name
   */
  readonly description?: string;
}

/**
 * A security group that allows no traffic until a rule is added. Each rule is a resource of its own, so a plan shows
 * exactly the rule that changes.
 */
export class SecurityGroup extends Construct {
  /** Id, assigned by AWS. */
  public readonly groupId: string;

  public constructor(scope: Construct, id: string, { vpcId, name, description = name }: SecurityGroupProps) {
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

  /** Allows one TCP port from this group's members to another group's: egress here and ingress there. */
  public allowTo(peer: SecurityGroup, port: number, description: string): void {
    this.#egress(`To${peer.node.id}-${String(port)}`, port, description, { referencedSecurityGroupId: peer.groupId });
    peer.allowFrom(this, port, description);
  }

  /** Allows one TCP port from another group's members to this group's: ingress here alone. */
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

  /** Allows one TCP port from this group's members to every IPv4 address. */
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
