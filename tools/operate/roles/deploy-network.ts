import type { IdentityStatement } from "../../../src/constructs/security/policy-document";
import type { ProjectArns } from "./project-arns";

/** The VPC and everything in it: created with the `Stack` tag, and changed by that tag. */
export function networkStatements(arns: ProjectArns): IdentityStatement[] {
  const created = [
    "elastic-ip",
    "internet-gateway",
    "natgateway",
    "route-table",
    "security-group",
    "security-group-rule",
    "subnet",
    "vpc",
    "vpc-endpoint",
  ].map((kind) => arns.regional("ec2", `${kind}/*`));
  const creates = [
    "ec2:AllocateAddress",
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateInternetGateway",
    "ec2:CreateNatGateway",
    "ec2:CreateRouteTable",
    "ec2:CreateSecurityGroup",
    "ec2:CreateSubnet",
    "ec2:CreateVpc",
    "ec2:CreateVpcEndpoint",
  ];
  const interfaces = arns.regional("ec2", "network-interface/*");
  return [
    { Sid: "CreateTagged", Effect: "Allow", Action: creates, Resource: created, Condition: arns.createdWithTag },
    {
      Sid: "TagOnCreate",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: created,
      Condition: {
        StringEquals: {
          "aws:RequestTag/Stack": arns.stacks,
          "ec2:CreateAction": creates.map((action) => action.slice("ec2:".length)),
        },
      },
    },
    {
      // AWS creates a VPC's default group without tags. Not a group with the tag of another stack.
      Sid: "AdoptDefaultGroup",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: arns.regional("ec2", "security-group/*"),
      Condition: { ...arns.createdWithTag, Null: { "aws:ResourceTag/Stack": "true" } },
    },
    {
      Sid: "ChangeTagged",
      Effect: "Allow",
      Action: [
        "ec2:AssociateRouteTable",
        "ec2:AttachInternetGateway",
        // Creating a resource also needs permission on the existing resources that it belongs to.
        ...creates.filter((action) => !["ec2:AllocateAddress", "ec2:CreateVpc"].includes(action)),
        "ec2:CreateRoute",
        "ec2:CreateTags",
        "ec2:DeleteInternetGateway",
        "ec2:DeleteNatGateway",
        "ec2:DeleteRoute",
        "ec2:DeleteRouteTable",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteSubnet",
        "ec2:DeleteTags",
        "ec2:DeleteVpc",
        "ec2:DeleteVpcEndpoints",
        "ec2:DetachInternetGateway",
        "ec2:DisassociateAddress",
        "ec2:DisassociateRouteTable",
        "ec2:ModifySecurityGroupRules",
        "ec2:ModifySubnetAttribute",
        "ec2:ModifyVpcAttribute",
        "ec2:ModifyVpcEndpoint",
        "ec2:ReleaseAddress",
        "ec2:ReplaceRoute",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
      ],
      Resource: arns.regional("ec2", "*/*"),
      Condition: arns.tagged,
    },
    {
      // AWS creates them for the NAT gateway and the functions, without our tags.
      Sid: "ReleaseInterfaces",
      Effect: "Allow",
      Action: ["ec2:DeleteNetworkInterface", "ec2:DetachNetworkInterface", "ec2:DisassociateAddress"],
      Resource: interfaces,
    },
  ];
}
