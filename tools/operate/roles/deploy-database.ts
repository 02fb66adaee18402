import type { IdentityStatement, PolicyConditions } from "../../../src/constructs/security/policy-document";
import { awsManagedPolicyArn } from "../../../src/shared/arn";
import type { ProjectArns } from "./project-arns";

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.Enabling.html */
const MONITORING_POLICY = awsManagedPolicyArn("service-role/AmazonRDSEnhancedMonitoringRole");

/** The cluster, its use of the key, and the role that monitors it. */
export function databaseStatements(arns: ProjectArns): IdentityStatement[] {
  const keys = arns.regional("kms", "key/*");
  const throughRds: PolicyConditions = { StringEquals: { "kms:ViaService": arns.service("rds") } };
  return [
    {
      Sid: "Database",
      Effect: "Allow",
      Action: [
        "rds:AddTagsToResource",
        "rds:CreateDBCluster",
        "rds:CreateDBClusterParameterGroup",
        "rds:CreateDBClusterSnapshot",
        "rds:CreateDBInstance",
        "rds:CreateDBSubnetGroup",
        "rds:DeleteDBCluster",
        "rds:DeleteDBClusterParameterGroup",
        "rds:DeleteDBInstance",
        "rds:DeleteDBSubnetGroup",
        "rds:DisableHttpEndpoint",
        "rds:EnableHttpEndpoint",
        "rds:ModifyDBCluster",
        "rds:ModifyDBClusterParameterGroup",
        "rds:ModifyDBInstance",
        "rds:ModifyDBSubnetGroup",
        "rds:RemoveTagsFromResource",
        "rds:ResetDBClusterParameterGroup",
      ],
      Resource: [
        ...arns.each(({ stack }) => arns.regional("rds", `*:${stack}-*`)),
        // AWS's default groups, for a cluster or an instance without configured ones.
        arns.regional("rds", "og:default*"),
        arns.regional("rds", "pg:default*"),
      ],
    },
    {
      Sid: "EncryptDatabase",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
      Resource: keys,
      Condition: throughRds,
    },
    {
      Sid: "GrantKeyToDatabase",
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: keys,
      Condition: { ...throughRds, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
    {
      Sid: "MonitoringRole",
      Effect: "Allow",
      Action: [
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:ListInstanceProfilesForRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ],
      Resource: arns.monitoringRoles,
    },
    {
      Sid: "MonitoringPolicy",
      Effect: "Allow",
      Action: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
      Resource: arns.monitoringRoles,
      Condition: { ArnEquals: { "iam:PolicyARN": MONITORING_POLICY } },
    },
    {
      Sid: "PassMonitoringRole",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: arns.monitoringRoles,
      Condition: { StringEquals: { "iam:PassedToService": ["monitoring.rds.amazonaws.com", "rds.amazonaws.com"] } },
    },
    {
      // Created with the first cluster and the first API of an account.
      Sid: "ServiceRoles",
      Effect: "Allow",
      Action: "iam:CreateServiceLinkedRole",
      Resource: arns.global("iam", "role/aws-service-role/*"),
      Condition: { StringEquals: { "iam:AWSServiceName": ["ops.apigateway.amazonaws.com", "rds.amazonaws.com"] } },
    },
  ];
}
