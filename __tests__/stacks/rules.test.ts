import { environments, prod } from "../fixtures/environments";
import { PROTECTED_TYPES } from "../../src/terraform/protection";
import { environmentTemplate, foundationTemplate } from "../helpers/stack-templates";
import type { Attributes, Policy, Template } from "../helpers/template";

const stacks = [
  ...environments.map((config) => ({
    name: config.name,
    protectData: config.protectData,
    template: environmentTemplate(config),
  })),
  { name: "foundation", protectData: true, template: foundationTemplate() },
];

/** Statements that may have the resource `"*"`, each with its reason. */
const STAR_RESOURCES: Readonly<Record<string, string>> = {
  AccountDelegatesToIam: "a key policy applies to its own key alone",
  KeyAdministration: "a key policy applies to its own key alone",
  ExecutionRoleUse: "a key policy applies to its own key alone",
  SecretsManagerUse: "a key policy applies to its own key alone",
  CloudWatchLogsUse: "a key policy applies to its own key alone",
  CloudWatchAlarmsPublish: "a key policy applies to its own key alone",
  ExecutionRoleReads: "a secret's policy applies to its own secret alone",
  NobodyElseReads: "a secret's policy applies to its own secret alone",
};

/** Statements for a service principal that need no condition, each with its reason. */
const UNCONDITIONAL_SERVICES: Readonly<Record<string, string>> = {
  ApiGatewayWritesLogs: "API Gateway sends no aws:SourceAccount when it assumes a role",
};

/** Encryption of each bucket. */
const ENCRYPTION: Readonly<Record<string, Attributes>> = {
  ImagesBucket: { sse_algorithm: "AES256" },
  InvoicesBucket: { sse_algorithm: "aws:kms", kms_master_key_id: "${aws_kms_key.KmsKey.arn}" },
  StateBucket: { sse_algorithm: "AES256" },
};

/** AWS's limits on names, and where each is in the JSON. */
const NAME_LIMITS: readonly (readonly [type: string, argument: string, max: number])[] = [
  ["aws_s3_bucket", "bucket", 63],
  ["aws_rds_cluster", "cluster_identifier", 63],
  ["aws_rds_cluster_instance", "identifier", 63],
  ["aws_lambda_function", "function_name", 64],
  ["aws_iam_role", "name", 64],
  ["aws_iam_role", "description", 1000],
  ["aws_security_group", "name", 255],
  ["aws_security_group", "description", 255],
  ["aws_cloudfront_origin_access_control", "name", 64],
  ["aws_cloudfront_distribution", "comment", 128],
  ["aws_cloudwatch_metric_alarm", "alarm_name", 255],
  ["aws_cloudwatch_metric_alarm", "alarm_description", 1024],
  ["aws_lambda_function", "description", 256],
  ["aws_budgets_budget", "name", 100],
];

describe.each(stacks)("$name", ({ template, protectData }) => {
  const statements = policiesOf(template).flatMap(({ address, policy }) =>
    policy.Statement.map((statement) => ({ address, statement })),
  );

  test("every bucket is private, owned, encrypted, versioned, cleaned up and accepts TLS only", () => {
    for (const id of Object.keys(template.ofType("aws_s3_bucket"))) {
      const bucket = `\${aws_s3_bucket.${id}.id}`;
      expect(template.at(`aws_s3_bucket_public_access_block.${id}_PublicAccessBlock`)).toEqual({
        bucket,
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
      });
      expect(template.at(`aws_s3_bucket_ownership_controls.${id}_OwnershipControls`).rule).toEqual({
        object_ownership: "BucketOwnerEnforced",
      });
      expect(template.at(`aws_s3_bucket_versioning.${id}_Versioning`)).toMatchObject({
        bucket,
        versioning_configuration: { status: "Enabled" },
      });
      const encryption = template.at(`aws_s3_bucket_server_side_encryption_configuration.${id}_Encryption`);
      expect(encryption).toMatchObject({
        bucket,
        rule: [{ apply_server_side_encryption_by_default: ENCRYPTION[id] }],
      });
      expect(template.statement(`aws_s3_bucket_policy.${id}_Policy`, "DenyInsecureTransport")).toMatchObject({
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`\${aws_s3_bucket.${id}.arn}`, `\${aws_s3_bucket.${id}.arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
      const rules = template.at(`aws_s3_bucket_lifecycle_configuration.${id}_Lifecycle`).rule as Attributes[];
      expect(rules.some((rule) => "noncurrent_version_expiration" in rule)).toBe(true);
      expect(rules.some((rule) => "abort_incomplete_multipart_upload" in rule)).toBe(true);
      expect(rules.every(({ filter }) => JSON.stringify(filter) === "[{}]")).toBe(true);
    }
  });

  test("everything that can be encrypted under the key is", () => {
    const key = "${aws_kms_key.KmsKey.arn}";
    for (const [type, argument] of [
      ["aws_rds_cluster", "kms_key_id"],
      ["aws_sns_topic", "kms_master_key_id"],
      ["aws_cloudwatch_log_group", "kms_key_id"],
      ["aws_secretsmanager_secret", "kms_key_id"],
    ] as const) {
      for (const args of Object.values(template.ofType(type))) {
        expect(args[argument]).toBe(key);
      }
    }
    for (const cluster of Object.values(template.ofType("aws_rds_cluster"))) {
      expect(cluster.storage_encrypted).toBe(true);
    }
    for (const rotated of Object.values(template.ofType("aws_kms_key"))) {
      expect(rotated.enable_key_rotation).toBe(true);
    }
  });

  test("no security group is open to an address, and none has inline rules", () => {
    for (const rule of Object.values(template.ofType("aws_vpc_security_group_ingress_rule"))) {
      expect(rule).not.toHaveProperty("cidr_ipv4");
      expect(rule).not.toHaveProperty("cidr_ipv6");
      expect(rule).toHaveProperty("referenced_security_group_id");
    }
    for (const group of Object.values(template.ofType("aws_security_group"))) {
      expect(group).not.toHaveProperty("ingress");
      expect(group).not.toHaveProperty("egress");
    }
    for (const subnet of Object.values(template.ofType("aws_subnet"))) {
      expect(subnet.map_public_ip_on_launch).toBe(false);
    }
    for (const instance of Object.values(template.ofType("aws_rds_cluster_instance"))) {
      expect(instance.publicly_accessible).toBe(false);
    }
  });

  test('a statement with the resource "*" is on the list of exceptions', () => {
    const stars = statements.filter(({ statement }) => [statement.Resource].flat().includes("*"));
    for (const { statement } of stars) {
      expect(Object.keys(STAR_RESOURCES)).toContain(statement.Sid);
    }
  });

  test("everyone is only ever denied", () => {
    for (const { statement } of statements) {
      if (JSON.stringify(statement.Principal).includes('"*"')) {
        expect(statement.Effect).toBe("Deny");
      }
    }
  });

  test("a service is allowed under a condition alone", () => {
    for (const { statement } of statements) {
      if (JSON.stringify(statement.Principal).includes("Service") && !(statement.Sid in UNCONDITIONAL_SERVICES)) {
        expect(statement.Condition).toBeDefined();
      }
    }
  });

  test("every log group has a retention", () => {
    for (const group of Object.values(template.ofType("aws_cloudwatch_log_group"))) {
      expect(group.retention_in_days).toBeGreaterThan(0);
    }
  });

  test("the protected types have prevent_destroy where data is protected, and nothing else has it", () => {
    const carrying = template.resources.filter(
      ({ args }) => (args.lifecycle as Attributes | undefined)?.prevent_destroy === true,
    );
    const expected = protectData ? template.resources.filter(({ type }) => type in PROTECTED_TYPES) : [];
    expect(carrying.map(({ address }) => address)).toEqual(expected.map(({ address }) => address));
  });

  test("no argument holds a secret, and no reference was escaped into text", () => {
    for (const name of ["secret_string", "secret_binary", "master_password", "password"]) {
      expect(template.text).not.toContain(`"${name}":`);
    }
    expect(template.text).not.toContain("$${");
    expect(template.text).not.toMatch(/\b(AKIA|ASIA)[A-Z0-9]{16}\b|\brzp_(live|test)_\w+/);
    expect(template.inventory).not.toHaveProperty("aws_api_gateway_api_key");
  });

  test("names and descriptions are within AWS's limits", () => {
    for (const [type, argument, max] of NAME_LIMITS) {
      for (const args of Object.values(template.ofType(type))) {
        // A reference is longer than its value, so it cannot hide a name that is too long.
        expect(typeof args[argument] === "string" ? args[argument].length : 0).toBeLessThanOrEqual(max);
      }
    }
  });

  test("no resource overrides a tag of the baseline", () => {
    for (const { args } of template.resources) {
      const own = Object.keys((args.tags as Attributes | undefined) ?? {});
      expect(own.filter((key) => ["Project", "Owner", "Env", "CostCenter", "Stack"].includes(key))).toEqual([]);
    }
  });
});

test("an alarm reaches a person: it publishes to the topic, and topic and key allow it", () => {
  const template = environmentTemplate(prod);
  const topic = "${aws_sns_topic.AlarmTopic.arn}";
  const pattern = "arn:aws:cloudwatch:ap-south-1:498192039865:alarm:aleenascuisine-prod-*";
  const alarms = Object.values(template.ofType("aws_cloudwatch_metric_alarm"));

  expect(alarms.map(({ alarm_name: name }) => name)).toEqual([
    "aleenascuisine-prod-API-5xx",
    "aleenascuisine-prod-Aurora-ACU-High",
    "aleenascuisine-prod-Lambda-Errors",
    "aleenascuisine-prod-SecretsManager-Failures",
  ]);
  for (const alarm of alarms) {
    expect([alarm.alarm_actions, alarm.ok_actions]).toEqual([[topic], [topic]]);
  }
  for (const address of ["aws_sns_topic_policy.AlarmTopic_Policy", "aws_kms_key.KmsKey"]) {
    expect(template.statement(address, "CloudWatchAlarmsPublish")).toMatchObject({
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": "498192039865" }, ArnLike: { "aws:SourceArn": pattern } },
    });
  }
  expect(template.at("aws_sns_topic_subscription.AlarmTopic_Email")).toEqual({
    topic_arn: topic,
    protocol: "email",
    endpoint: "matkevin00@gmail.com",
  });
});

function policiesOf(template: Template): { address: string; policy: Policy }[] {
  return template.resources.flatMap(({ address, args }) =>
    ["policy", "assume_role_policy"].flatMap((argument) => {
      const text = args[argument];
      return typeof text === "string" ? [{ address, policy: JSON.parse(text) as Policy }] : [];
    }),
  );
}
