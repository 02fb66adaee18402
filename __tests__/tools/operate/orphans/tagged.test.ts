import { identify } from "../../../../tools/operate/orphans/tagged";

const REGIONAL = "ap-south-1:498192039865";

describe("an ARN gives Terraform's type and import id", () => {
  test.each<[string, string[], string]>([
    ["arn:aws:apigateway:ap-south-1::/restapis/abc", ["aws_api_gateway_rest_api"], "abc"],
    ["arn:aws:apigateway:ap-south-1::/restapis/abc/stages/dev", ["aws_api_gateway_stage"], "abc/dev"],
    ["arn:aws:apigateway:ap-south-1::/usageplans/p1", ["aws_api_gateway_usage_plan"], "p1"],
    ["arn:aws:cloudfront::498192039865:distribution/E1", ["aws_cloudfront_distribution"], "E1"],
    [`arn:aws:cloudwatch:${REGIONAL}:alarm:a-API-5xx`, ["aws_cloudwatch_metric_alarm"], "a-API-5xx"],
    [`arn:aws:ec2:${REGIONAL}:elastic-ip/eipalloc-1`, ["aws_eip"], "eipalloc-1"],
    [`arn:aws:ec2:${REGIONAL}:natgateway/nat-1`, ["aws_nat_gateway"], "nat-1"],
    [`arn:aws:ec2:${REGIONAL}:security-group/sg-1`, ["aws_security_group", "aws_default_security_group"], "sg-1"],
    [
      `arn:aws:ec2:${REGIONAL}:security-group-rule/sgr-1`,
      ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"],
      "sgr-1",
    ],
    [`arn:aws:ec2:${REGIONAL}:vpc/vpc-1`, ["aws_vpc"], "vpc-1"],
    [`arn:aws:ec2:${REGIONAL}:vpc-endpoint/vpce-1`, ["aws_vpc_endpoint"], "vpce-1"],
    [`arn:aws:kms:${REGIONAL}:key/1-2`, ["aws_kms_key"], "1-2"],
    [`arn:aws:lambda:${REGIONAL}:function:app`, ["aws_lambda_function"], "app"],
    [`arn:aws:logs:${REGIONAL}:log-group:/aws/lambda/app`, ["aws_cloudwatch_log_group"], "/aws/lambda/app"],
    [`arn:aws:logs:${REGIONAL}:log-group:/aws/lambda/app:*`, ["aws_cloudwatch_log_group"], "/aws/lambda/app"],
    [`arn:aws:rds:${REGIONAL}:cluster:c`, ["aws_rds_cluster"], "c"],
    [`arn:aws:rds:${REGIONAL}:cluster-pg:g`, ["aws_rds_cluster_parameter_group"], "g"],
    [`arn:aws:rds:${REGIONAL}:db:w`, ["aws_rds_cluster_instance"], "w"],
    [`arn:aws:rds:${REGIONAL}:subgrp:s`, ["aws_db_subnet_group"], "s"],
    ["arn:aws:s3:::a-bucket", ["aws_s3_bucket"], "a-bucket"],
    [
      `arn:aws:secretsmanager:${REGIONAL}:secret:a/db-AbCdEf`,
      ["aws_secretsmanager_secret"],
      `arn:aws:secretsmanager:${REGIONAL}:secret:a/db-AbCdEf`,
    ],
    [`arn:aws:sns:${REGIONAL}:alarms`, ["aws_sns_topic"], `arn:aws:sns:${REGIONAL}:alarms`],
    [`arn:aws:ec2:${REGIONAL}:volume/vol-1`, [], `arn:aws:ec2:${REGIONAL}:volume/vol-1`],
    [`arn:aws:lambda:${REGIONAL}:function:app:live`, [], `arn:aws:lambda:${REGIONAL}:function:app:live`],
  ])("%s", (arn, types, id) => {
    expect(identify(arn)).toEqual({ types, id });
  });
});
