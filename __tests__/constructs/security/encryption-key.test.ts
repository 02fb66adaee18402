import { TerraformOutput } from "cdktf";
import { ACCOUNT } from "../../fixtures/environments";
import { EncryptionKey } from "../../../src/constructs/security/encryption-key";
import { grantedTo, executionRole } from "../../helpers/role";
import { constructTemplate, type Template } from "../../helpers/template";

const KEY = "aws_kms_key.KmsKey";
const ADMIN = "arn:aws:iam::498192039865:user/kevin-mathew-admin";
const ROLE = "arn:aws:iam::498192039865:role/Executioner";
const LOG_GROUPS = [
  "arn:aws:logs:ap-south-1:498192039865:log-group:/aws/lambda/shop-app",
  "arn:aws:logs:ap-south-1:498192039865:log-group:/aws/api-gateway/shop-api",
];
const ALARMS = "arn:aws:cloudwatch:ap-south-1:498192039865:alarm:shop-*";

const USE = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

function keyTemplate(grant: (key: EncryptionKey) => void): Template {
  return constructTemplate((scope) => {
    grant(
      new EncryptionKey(scope, "KmsKey", {
        alias: "alias/shop-key",
        description: "Encrypts the shop",
        account: ACCOUNT,
        adminArn: ADMIN,
      }),
    );
  });
}

function matches(pattern: string, action: string): boolean {
  return pattern.endsWith("*") ? action.startsWith(pattern.slice(0, -1)) : action === pattern;
}

describe("EncryptionKey", () => {
  const ungranted = keyTemplate(() => undefined);
  const template = keyTemplate((key) => {
    // The order in which a stack happens to ask.
    key.grantAlarms(ALARMS);
    LOG_GROUPS.forEach((arn) => {
      key.grantLogGroup(arn);
    });
    key.grantSecretsManager();
    key.grantSecretsManager();
    key.grantUse(executionRole(), "secretsmanager");
  });
  const sids = (of: Template): string[] => of.policy(KEY).Statement.map(({ Sid }) => Sid);

  test("rotates yearly and waits as long as KMS allows before it is deleted", () => {
    expect(template.at(KEY)).toEqual({
      description: "Encrypts the shop",
      enable_key_rotation: true,
      deletion_window_in_days: 30,
      policy: expect.any(String) as unknown,
    });
    expect(template.at("aws_kms_alias.KmsKey_Alias")).toEqual({
      name: "alias/shop-key",
      target_key_id: "${aws_kms_key.KmsKey.key_id}",
    });
    expect(template.inventory).toEqual({ aws_kms_key: 1, aws_kms_alias: 1 });
  });

  test("lets the account's IAM policies decide, so nobody can be locked out of the key", () => {
    expect(template.statement(KEY, "AccountDelegatesToIam")).toEqual({
      Sid: "AccountDelegatesToIam",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::498192039865:root" },
      Action: "kms:*",
      Resource: "*",
    });
  });

  test("has no description and no administrator but the account by default", () => {
    const smallest = constructTemplate((scope) => {
      new EncryptionKey(scope, "KmsKey", { alias: "alias/shop-key", account: ACCOUNT });
    });
    expect(smallest.at(KEY)).not.toHaveProperty("description");
    expect(sids(smallest)).toEqual(["AccountDelegatesToIam"]);
  });

  test("names each topic's alarms", () => {
    const two = keyTemplate((key) => {
      key.grantAlarms(ALARMS);
      key.grantAlarms("arn:aws:cloudwatch:ap-south-1:498192039865:alarm:cafe-*");
    });
    expect(two.statement(KEY, "CloudWatchAlarmsPublish").Condition?.ArnLike).toEqual({
      "aws:SourceArn": [ALARMS, "arn:aws:cloudwatch:ap-south-1:498192039865:alarm:cafe-*"],
    });
  });

  test("lets the administrator manage it", () => {
    expect(template.statement(KEY, "KeyAdministration")).toEqual({
      Sid: "KeyAdministration",
      Effect: "Allow",
      Principal: { AWS: ADMIN },
      Action: [
        "kms:CancelKeyDeletion",
        "kms:Create*",
        "kms:Delete*",
        "kms:Describe*",
        "kms:Disable*",
        "kms:Enable*",
        "kms:Get*",
        "kms:List*",
        "kms:Put*",
        "kms:Revoke*",
        "kms:RotateKeyOnDemand",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:Update*",
      ],
      Resource: "*",
    });
  });

  test.each([
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
  ])("does not give the administrator %s, in full or by a wildcard", (action) => {
    const actions = [template.statement(KEY, "KeyAdministration").Action].flat();
    expect(actions.filter((pattern) => matches(pattern, action))).toEqual([]);
  });

  test("names the administrator in no other statement", () => {
    const statements = template
      .policy(KEY)
      .Statement.filter(({ Principal }) => JSON.stringify(Principal).includes(ADMIN));
    expect(statements.map(({ Sid }) => Sid)).toEqual(["KeyAdministration"]);
  });

  test("grants nobody else anything until it is used", () => {
    expect(sids(ungranted)).toEqual(["AccountDelegatesToIam", "KeyAdministration"]);
  });

  test("has one statement for each user, in a fixed order whatever the order of the grants", () => {
    expect(sids(template)).toEqual([
      "AccountDelegatesToIam",
      "KeyAdministration",
      "ExecutionRoleUse",
      "SecretsManagerUse",
      "CloudWatchLogsUse",
      "CloudWatchAlarmsPublish",
    ]);
  });

  test("lets a role encrypt and decrypt, and nothing else", () => {
    expect(template.statement(KEY, "ExecutionRoleUse")).toEqual({
      Sid: "ExecutionRoleUse",
      Effect: "Allow",
      Principal: { AWS: ROLE },
      Action: USE,
      Resource: "*",
    });
  });

  test.each([
    ["one service", ["s3"], ["s3.ap-south-1.amazonaws.com"]],
    [
      "two services",
      ["secretsmanager", "s3", "secretsmanager"],
      ["secretsmanager.ap-south-1.amazonaws.com", "s3.ap-south-1.amazonaws.com"],
    ],
  ] as const)("gives the role the key with the alias, through %s", (_title, services, through) => {
    const role = executionRole();
    keyTemplate((key) => {
      services.forEach((service) => {
        key.grantUse(role, service);
      });
    });
    expect(grantedTo(role)).toEqual([
      {
        Sid: "KmsKeyUse",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: "arn:aws:kms:ap-south-1:498192039865:key/*",
        Condition: {
          "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/shop-key" },
          StringEquals: { "kms:ViaService": through },
        },
      },
    ]);
  });

  test("lets Secrets Manager use it for this account alone", () => {
    expect(template.statement(KEY, "SecretsManagerUse")).toEqual({
      Sid: "SecretsManagerUse",
      Effect: "Allow",
      Principal: { Service: "secretsmanager.amazonaws.com" },
      Action: USE,
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": "498192039865" } },
    });
  });

  test("lets the region's CloudWatch Logs encrypt the named groups alone", () => {
    expect(template.statement(KEY, "CloudWatchLogsUse")).toEqual({
      Sid: "CloudWatchLogsUse",
      Effect: "Allow",
      Principal: { Service: "logs.ap-south-1.amazonaws.com" },
      Action: USE,
      Resource: "*",
      Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": LOG_GROUPS } },
    });
  });

  test("lets CloudWatch publish this account's named alarms without encrypting anything else", () => {
    expect(template.statement(KEY, "CloudWatchAlarmsPublish")).toEqual({
      Sid: "CloudWatchAlarmsPublish",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: {
        StringEquals: { "aws:SourceAccount": "498192039865" },
        ArnLike: { "aws:SourceArn": ALARMS },
      },
    });
  });

  test("has its ARN as an output", () => {
    const { json } = keyTemplate((key) => {
      new TerraformOutput(key, "Arn", { value: key.arn });
    });
    expect(json.output).toEqual({
      KmsKey_Arn: { value: "${aws_kms_key.KmsKey.arn}" },
    });
  });

  test("trusts no service without a condition, and nobody by a wildcard", () => {
    const { Statement: statements } = template.policy(KEY);
    const services = statements.filter(({ Principal }) => JSON.stringify(Principal).includes('"Service"'));
    expect(services).toHaveLength(3);
    for (const { Condition: condition } of services) {
      expect(Object.keys(condition ?? {})).not.toHaveLength(0);
    }
    expect(JSON.stringify(statements.map(({ Principal }) => Principal))).not.toContain("*");
  });
});
