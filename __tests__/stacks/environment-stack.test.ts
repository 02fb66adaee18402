import { dev, environments, prod } from "../fixtures/environments";
import type { IdentityStatement } from "../../src/constructs/security/policy-document";
import { executionPolicy } from "../../tools/operate/roles/execution-role";
import { environmentTemplate } from "../helpers/stack-templates";

/** Why each type is there, and how often. The same in every environment. */
const INVENTORY = {
  // Key and secrets
  aws_kms_key: 1,
  aws_kms_alias: 1,
  aws_secretsmanager_secret: 2, // db, razorpay
  aws_secretsmanager_secret_policy: 2,
  aws_secretsmanager_secret_version: 1, // of db alone: Terraform never writes a Razorpay value
  // Network
  aws_vpc: 1,
  aws_default_security_group: 1, // adopted, to be empty
  aws_internet_gateway: 1,
  aws_subnet: 4, // public and private in two zones
  aws_route_table: 2, // public, private
  aws_route: 2,
  aws_route_table_association: 4,
  aws_eip: 1,
  aws_nat_gateway: 1,
  aws_security_group: 3, // functions, database, endpoints
  aws_vpc_security_group_ingress_rule: 2, // into the database, into the endpoints
  aws_vpc_security_group_egress_rule: 2, // out of the functions: 443, database
  aws_vpc_endpoint: 5, // S3, Secrets Manager, RDS, RDS Data, CloudWatch Logs
  // Database
  aws_db_subnet_group: 1,
  aws_rds_cluster_parameter_group: 1,
  aws_rds_cluster: 1,
  aws_rds_cluster_instance: 1, // one serverless writer
  aws_iam_role: 1, // Enhanced Monitoring
  aws_iam_role_policy_attachment: 1,
  // Buckets and CDN: images and invoices
  aws_s3_bucket: 2,
  aws_s3_bucket_public_access_block: 2,
  aws_s3_bucket_ownership_controls: 2,
  aws_s3_bucket_policy: 2,
  aws_s3_bucket_server_side_encryption_configuration: 2,
  aws_s3_bucket_versioning: 2,
  aws_s3_bucket_lifecycle_configuration: 2,
  aws_cloudfront_distribution: 1,
  aws_cloudfront_origin_access_control: 1,
  // Functions
  aws_lambda_function: 2, // app, migrate
  aws_lambda_alias: 2,
  aws_lambda_permission: 1, // the API calls the app
  // API
  aws_api_gateway_rest_api: 1,
  aws_api_gateway_resource: 1, // {proxy+}
  aws_api_gateway_method: 4, // ANY and OPTIONS, of the root and of {proxy+}
  aws_api_gateway_integration: 4,
  aws_api_gateway_method_response: 2, // preflight
  aws_api_gateway_integration_response: 2,
  aws_api_gateway_gateway_response: 2, // 4xx, 5xx
  aws_api_gateway_deployment: 1,
  aws_api_gateway_stage: 1,
  aws_api_gateway_method_settings: 1,
  aws_api_gateway_usage_plan: 1,
  // Observability
  aws_cloudwatch_log_group: 4, // app, migrate, API access, API execution
  aws_cloudwatch_log_metric_filter: 3, // ERROR, WARNING, denied secrets
  aws_cloudwatch_metric_alarm: 4,
  aws_cloudwatch_dashboard: 1,
  aws_sns_topic: 1,
  aws_sns_topic_policy: 1,
  aws_sns_topic_subscription: 1,
  // Cost
  aws_budgets_budget: 1,
};

describe.each(environments)("$name", (config) => {
  const template = environmentTemplate(config);

  test("has exactly the types of the inventory", () => {
    expect(template.inventory).toEqual(INVENTORY);
  });

  test("is the same bytes when synthesized again", () => {
    expect(environmentTemplate(config).text).toBe(template.text);
  });

  test("reads nothing that a plan could do without: no data source, no other stack's state", () => {
    expect(template.json.data).toBeUndefined();
  });

  test("gives the outputs that the handover lists", () => {
    expect(Object.keys(template.json.output ?? {}).sort()).toEqual([
      "ApiStageArn",
      "ApiUrl",
      "CdnDomainName",
      "CloudFrontDistributionArn",
      "DatabaseClusterArn",
      "DatabaseEndpoint",
      "DatabaseSecretArn",
      "ImagesBucketArn",
      "InvoicesBucketArn",
      "KmsKeyArn",
      "LambdaFunctionArn",
      "MigrateFunctionArn",
      "RazorpaySecretArn",
    ]);
  });

  test("keeps its state in the account's bucket, locked, under its own key", () => {
    expect(template.json.terraform).toMatchObject({
      required_version: ">= 1.11.0",
      required_providers: { aws: { source: "aws", version: "5.100.0" } },
      backend: {
        s3: {
          bucket: "aleenascuisine-tfstate-498192039865",
          key: `aleenascuisine-${config.name}.tfstate`,
          region: "ap-south-1",
          encrypt: true,
          use_lockfile: true,
          allowed_account_ids: ["498192039865"],
        },
      },
    });
  });

  test("refuses any other account and tags everything with the baseline and the stack", () => {
    expect(template.json.provider.aws).toEqual([
      {
        region: "ap-south-1",
        allowed_account_ids: ["498192039865"],
        default_tags: [
          {
            tags: {
              Project: "aleenascuisine",
              Owner: "kevinMathew",
              Env: config.name,
              CostCenter: "cseproj",
              Stack: `aleenascuisine-${config.name}`,
            },
          },
        ],
      },
    ]);
  });

  test("gives the function the three variables of the handover, the origin, and where Razorpay's keys are", () => {
    const { environment, ...lambda } = template.at("aws_lambda_function.AppFunction");
    expect(lambda).toMatchObject({
      function_name: `aleenascuisine-${config.name}-app`,
      role: "arn:aws:iam::498192039865:role/Executioner",
    });
    expect(environment).toEqual({
      variables: {
        DB_SECRET_ARN: "${aws_secretsmanager_secret.DatabaseSecret.arn}",
        DB_HOST: "${aws_rds_cluster.Database.endpoint}",
        DB_NAME: "aleenascuisine",
        API_ALLOWED_ORIGIN: config.apiAllowedOrigin,
        RAZORPAY_SECRET_ARN: "${aws_secretsmanager_secret.RazorpaySecret.arn}",
      },
    });
  });

  test("gives the migrating function the same three, whether it must refuse sample data, and nothing of Razorpay", () => {
    const { environment, ...lambda } = template.at("aws_lambda_function.MigrateFunction");
    expect(lambda).toMatchObject({ function_name: `aleenascuisine-${config.name}-migrate`, timeout: 900 });
    expect(environment).toEqual({
      variables: {
        DB_SECRET_ARN: "${aws_secretsmanager_secret.DatabaseSecret.arn}",
        DB_HOST: "${aws_rds_cluster.Database.endpoint}",
        DB_NAME: "aleenascuisine",
        PROTECT_DATA: { dev: "false", prod: "true" }[config.name],
      },
    });
  });

  test("has its functions in the same subnets and group, as the same role, each with its log and its alias", () => {
    const functions = Object.entries(template.ofType("aws_lambda_function"));
    expect(functions.map(([id]) => id)).toEqual(["AppFunction", "MigrateFunction"]);
    for (const [id, { depends_on, role, tracing_config, vpc_config }] of functions) {
      expect(role).toBe("arn:aws:iam::498192039865:role/Executioner");
      expect(tracing_config).toEqual({ mode: "Active" });
      expect(vpc_config).toEqual({
        subnet_ids: ["${aws_subnet.VPC_PrivateSubnet-a.id}", "${aws_subnet.VPC_PrivateSubnet-b.id}"],
        security_group_ids: ["${aws_security_group.LambdaSecurityGroup.id}"],
      });
      const [log = ""] = depends_on as string[];
      expect(template.at(log).name).toBe(
        `/aws/lambda/${String(template.at(`aws_lambda_function.${id}`).function_name)}`,
      );
      expect(template.at(`aws_lambda_alias.${id}_Alias`)).toMatchObject({
        name: "live",
        function_version: `\${aws_lambda_function.${id}.version}`,
      });
    }
  });

  test("lets nothing but Lambda's own Invoke reach the migrating function", () => {
    const permissions = Object.values(template.ofType("aws_lambda_permission"));
    expect(permissions.map(({ function_name }) => function_name)).toEqual([
      "${aws_lambda_alias.AppFunction_Alias.function_name}",
    ]);
    const mentioning = template.resources.filter(({ args }) =>
      /MigrateFunction\b|-migrate\b/.test(JSON.stringify(args)),
    );
    expect(mentioning.map(({ address }) => address)).toEqual([
      "aws_cloudwatch_log_group.MigrateFunctionLog",
      "aws_kms_key.KmsKey",
      "aws_lambda_alias.MigrateFunction_Alias",
      "aws_lambda_function.MigrateFunction",
    ]);
  });

  test("names every function of the environment where their code is refused what Lambda may do", () => {
    const arns = Object.values(template.ofType("aws_lambda_function")).map(
      ({ function_name: name }) => `arn:aws:lambda:ap-south-1:498192039865:function:${String(name)}`,
    );
    const { Statement: statements } = JSON.parse(executionPolicy(config)) as { Statement: IdentityStatement[] };
    const denied = statements.find(({ Sid }) => Sid === "FunctionCodeMakesNoInterfaces");
    expect(denied?.Condition).toEqual({ ArnEquals: { "lambda:SourceFunctionArn": arns } });
  });

  test("opens the functions' group on 443 and to the database, and nothing else", () => {
    const rules = template.resources.filter(({ type }) => type.startsWith("aws_vpc_security_group_"));
    expect(rules.map(({ address, args }) => [address, args.from_port, args.to_port])).toEqual([
      ["aws_vpc_security_group_egress_rule.LambdaSecurityGroup_ToAnywhere-443", 443, 443],
      ["aws_vpc_security_group_egress_rule.LambdaSecurityGroup_ToDatabaseSecurityGroup-5432", 5432, 5432],
      ["aws_vpc_security_group_ingress_rule.DatabaseSecurityGroup_FromLambdaSecurityGroup-5432", 5432, 5432],
      ["aws_vpc_security_group_ingress_rule.EndpointSecurityGroup_FromLambdaSecurityGroup-443", 443, 443],
    ]);
  });

  test("lets the execution role, the administrator, the deployer and the planner read secrets, and nobody else", () => {
    for (const secret of ["DatabaseSecret", "RazorpaySecret"]) {
      const deny = template.statement(`aws_secretsmanager_secret_policy.${secret}_Policy`, "NobodyElseReads");
      expect(deny.Condition).toEqual({
        ArnNotEquals: {
          "aws:PrincipalArn": [
            "arn:aws:iam::498192039865:role/Executioner",
            "arn:aws:iam::498192039865:user/kevin-mathew-admin",
            "arn:aws:iam::498192039865:role/aleenascuisine-deploy",
            "arn:aws:iam::498192039865:role/aleenascuisine-plan",
          ],
        },
      });
    }
  });
});

test("dev and prod have the same addresses: what is tried in one is what the other gets", () => {
  expect(environmentTemplate(dev).addresses).toEqual(environmentTemplate(prod).addresses);
});

test("the handover's logical ids are addresses", () => {
  expect(environmentTemplate(dev).addresses).toEqual(
    expect.arrayContaining([
      "aws_vpc.VPC",
      "aws_kms_key.KmsKey",
      "aws_security_group.EndpointSecurityGroup",
      "aws_cloudfront_distribution.CloudFrontDistribution",
      "aws_api_gateway_rest_api.ServerlessRestApi",
    ]),
  );
});

test("nothing is decided by an environment's name: prod under another name is the same but for the name", () => {
  const withoutHash = (text: string): unknown =>
    JSON.parse(text.replace(/"[0-9a-f]{64}"/g, '"hash of the definition"'));
  const renamed = environmentTemplate({ ...prod, name: "zeta" }).text.replaceAll("zeta", "prod");
  expect(withoutHash(renamed)).toEqual(withoutHash(environmentTemplate(prod).text));
});

test("what is created before its predecessor is destroyed refers to nothing with a fixed name", () => {
  const template = environmentTemplate(prod);
  const referred = new Set(["aws_api_gateway_deployment.ServerlessRestApi_Deployment"]);
  for (const address of referred) {
    const text = JSON.stringify(template.at(address));
    for (const [, next = ""] of text.matchAll(/(?:\$\{|")(aws_\w+\.[\w-]+)/g)) {
      referred.add(next);
    }
  }
  // Terraform creates these before it destroys their predecessors too: a cluster or a function would clash.
  expect([...referred].filter((address) => !address.startsWith("aws_api_gateway_"))).toEqual([]);
  expect(referred.size).toBeGreaterThan(10);
});

test("prod keeps data: final snapshot, deletion protection, 30 days for secrets, nothing that empties a bucket", () => {
  const template = environmentTemplate(prod);
  expect(template.at("aws_rds_cluster.Database")).toMatchObject({
    deletion_protection: true,
    skip_final_snapshot: false,
    apply_immediately: true, // a new master password must not wait for the maintenance window
    final_snapshot_identifier: 'aleenascuisine-prod-aurora-final-${formatdate("YYYYMMDDhhmmss", timestamp())}',
  });
  expect(template.at("aws_secretsmanager_secret.DatabaseSecret").recovery_window_in_days).toBe(30);
  expect(template.at("aws_s3_bucket.InvoicesBucket").force_destroy).toBe(false);
});

test("dev throws data away: nothing has to be emptied, confirmed or waited for", () => {
  const template = environmentTemplate(dev);
  expect(template.at("aws_rds_cluster.Database")).toMatchObject({
    deletion_protection: false,
    skip_final_snapshot: true,
  });
  expect(template.at("aws_secretsmanager_secret.DatabaseSecret").recovery_window_in_days).toBe(0);
  expect(template.at("aws_s3_bucket.ImagesBucket").force_destroy).toBe(true);
});
