import type { IdentityStatement } from "../../../src/constructs/security/policy-document";
import type { ProjectArns } from "./project-arns";

/** The API, the functions, the CDN, and their monitoring. */
export function appStatements(arns: ProjectArns): IdentityStatement[] {
  return [...api(arns), ...functionsAndCdn(arns), ...observability(arns)];
}

function api(arns: ProjectArns): IdentityStatement[] {
  return [
    {
      // AWS assigns the ids, and most parts of an API take no tags, so neither names nor tags can narrow this.
      Sid: "Api",
      Effect: "Allow",
      Action: ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT"],
      Resource: ["/restapis", "/restapis/*", "/tags/*", "/usageplans", "/usageplans/*"].map((path) =>
        arns.apiGateway(path),
      ),
    },
  ];
}

function functionsAndCdn(arns: ProjectArns): IdentityStatement[] {
  const distributions = arns.global("cloudfront", "distribution/*");
  return [
    {
      Sid: "Functions",
      Effect: "Allow",
      Action: [
        "lambda:AddPermission",
        "lambda:CreateAlias",
        "lambda:CreateFunction",
        "lambda:DeleteAlias",
        "lambda:DeleteFunction",
        "lambda:PublishVersion",
        "lambda:RemovePermission",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:UpdateAlias",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
      ],
      Resource: arns.functions,
    },
    {
      Sid: "PassExecutionRole",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: arns.executionRoles,
      Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
    },
    {
      // CloudFront checks neither names nor tags when it creates something.
      Sid: "CreateCdn",
      Effect: "Allow",
      Action: ["cloudfront:CreateDistribution", "cloudfront:CreateOriginAccessControl"],
      Resource: "*",
    },
    {
      // Not a distribution with the tag of another stack.
      Sid: "TagCdn",
      Effect: "Allow",
      Action: "cloudfront:TagResource",
      Resource: distributions,
      Condition: {
        ...arns.createdWithTag,
        StringEqualsIfExists: { "aws:ResourceTag/Stack": arns.stacks },
      },
    },
    {
      Sid: "ChangeCdn",
      Effect: "Allow",
      Action: ["cloudfront:DeleteDistribution", "cloudfront:UntagResource", "cloudfront:UpdateDistribution"],
      Resource: distributions,
      Condition: arns.tagged,
    },
    {
      // AWS assigns the ids, and they take no tags.
      Sid: "ChangeOriginAccess",
      Effect: "Allow",
      Action: ["cloudfront:DeleteOriginAccessControl", "cloudfront:UpdateOriginAccessControl"],
      Resource: arns.global("cloudfront", "origin-access-control/*"),
    },
  ];
}

function observability(arns: ProjectArns): IdentityStatement[] {
  return [
    {
      Sid: "LogGroups",
      Effect: "Allow",
      Action: [
        "logs:AssociateKmsKey",
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:DeleteMetricFilter",
        "logs:DeleteRetentionPolicy",
        "logs:DisassociateKmsKey",
        "logs:PutMetricFilter",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ],
      Resource: arns.logGroups,
    },
    {
      Sid: "Alarms",
      Effect: "Allow",
      Action: [
        "cloudwatch:DeleteAlarms",
        "cloudwatch:DeleteDashboards",
        "cloudwatch:PutDashboard",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ],
      Resource: [...arns.alarms, ...arns.each(({ dashboard }) => arns.global("cloudwatch", `dashboard/${dashboard}`))],
    },
    {
      Sid: "AlarmTopic",
      Effect: "Allow",
      Action: [
        "sns:CreateTopic",
        "sns:DeleteTopic",
        "sns:SetSubscriptionAttributes",
        "sns:SetTopicAttributes",
        "sns:Subscribe",
        "sns:TagResource",
        "sns:Unsubscribe",
        "sns:UntagResource",
      ],
      Resource: arns.each(({ alarmTopic }) => arns.regional("sns", `${alarmTopic}*`)),
    },
    {
      Sid: "Budget",
      Effect: "Allow",
      Action: ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"],
      Resource: arns.each(({ budget }) => arns.global("budgets", `budget/${budget}`)),
    },
  ];
}
