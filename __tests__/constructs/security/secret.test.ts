import { TerraformOutput } from "cdktf";
import { ACCOUNT } from "../../fixtures/environments";
import type { ExternalRole } from "../../../src/constructs/security/external-role";
import { Secret } from "../../../src/constructs/security/secret";
import { keyIn } from "../../helpers/key";
import { grantedTo, executionRole } from "../../helpers/role";
import { constructTemplate, type Template } from "../../helpers/template";

const ROLE = "arn:aws:iam::498192039865:role/Executioner";
const ADMIN = "arn:aws:iam::498192039865:user/kevin-mathew-admin";
const DEPLOYER = "arn:aws:iam::498192039865:role/deploy";
const POLICY = "aws_secretsmanager_secret_policy.DatabaseSecret_Policy";

function secretTemplate({
  recoveryWindowDays,
  otherReaderArns = [ADMIN, DEPLOYER],
  roles = [executionRole()],
}: {
  recoveryWindowDays?: number;
  otherReaderArns?: readonly string[];
  roles?: readonly ExternalRole[];
} = {}): Template {
  return constructTemplate((scope) => {
    const key = keyIn(scope, "KmsKey");
    const secret = new Secret(scope, "DatabaseSecret", {
      name: "shop/db",
      account: ACCOUNT,
      description: "Credentials",
      key,
      otherReaderArns,
      recoveryWindowDays,
    });
    for (const role of roles) {
      secret.grantRead(role);
    }
    new TerraformOutput(scope, "SecretArn", { value: secret.arn });
    new TerraformOutput(scope, "SecretId", { value: secret.secretId });
  });
}

describe("Secret", () => {
  const template = secretTemplate();

  test("is encrypted under the customer managed key", () => {
    expect(template.at("aws_secretsmanager_secret.DatabaseSecret")).toEqual({
      name: "shop/db",
      description: "Credentials",
      kms_key_id: "${aws_kms_key.KmsKey.arn}",
      recovery_window_in_days: 30,
    });
  });

  test("frees its name at once without a recovery window, and changes nothing else", () => {
    const address = "aws_secretsmanager_secret.DatabaseSecret";
    const unrecoverable = secretTemplate({ recoveryWindowDays: 0 });
    expect(unrecoverable.at(address)).toEqual({ ...template.at(address), recovery_window_in_days: 0 });
    expect(unrecoverable.at(POLICY)).toEqual(template.at(POLICY));
  });

  test("blocks a policy that would make it public", () => {
    expect(template.at(POLICY)).toEqual({
      secret_arn: "${aws_secretsmanager_secret.DatabaseSecret.arn}",
      policy: expect.any(String) as unknown,
      block_public_policy: true,
    });
  });

  test("lets the granted role read, and allows nobody else anything", () => {
    expect(template.policy(POLICY).Statement.filter(({ Effect }) => Effect === "Allow")).toEqual([
      {
        Sid: "ExecutionRoleReads",
        Effect: "Allow",
        Principal: { AWS: ROLE },
        Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        Resource: "*",
      },
    ]);
  });

  test("lets Secrets Manager and the granted role use the key, in the key's policy and in the role's", () => {
    const role = executionRole();
    const granted = secretTemplate({ roles: [role, role] });
    expect(granted.policy("aws_kms_key.KmsKey").Statement.map(({ Sid }) => Sid)).toEqual([
      "AccountDelegatesToIam",
      "KeyAdministration",
      "ExecutionRoleUse",
      "SecretsManagerUse",
    ]);
    // Granted twice, written once.
    expect(grantedTo(role).map(({ Sid }) => Sid)).toEqual(["KmsKeyUse", "DatabaseSecretRead"]);
    expect(grantedTo(role)[0]?.Condition?.StringEquals).toEqual({
      "kms:ViaService": ["secretsmanager.ap-south-1.amazonaws.com"],
    });
    expect(granted.statement(POLICY, "NobodyElseReads").Condition).toEqual({
      ArnNotEquals: { "aws:PrincipalArn": [ROLE, ADMIN, DEPLOYER] },
    });
  });

  test("is encrypted under the key of Secrets Manager, and read by nobody, by default", () => {
    const smallest = constructTemplate((scope) => {
      new Secret(scope, "DatabaseSecret", { name: "shop/db", account: ACCOUNT });
    });
    expect(smallest.at("aws_secretsmanager_secret.DatabaseSecret")).toEqual({
      name: "shop/db",
      recovery_window_in_days: 30,
    });
    expect(smallest.statement(POLICY, "NobodyElseReads")).not.toHaveProperty("Condition");
  });

  test("allows nobody anything until it is granted, and denies everyone the value", () => {
    expect(secretTemplate({ roles: [], otherReaderArns: [] }).policy(POLICY).Statement).toEqual([
      {
        Sid: "NobodyElseReads",
        Effect: "Deny",
        Principal: "*",
        Action: "secretsmanager:GetSecretValue",
        Resource: "*",
      },
    ]);
  });

  test("gives the role the same permission, on this secret whatever its random suffix", () => {
    const role = executionRole();
    secretTemplate({ roles: [role] });
    expect(grantedTo(role).slice(1)).toEqual([
      {
        Sid: "DatabaseSecretRead",
        Effect: "Allow",
        Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        Resource: "arn:aws:secretsmanager:ap-south-1:498192039865:secret:shop/db-??????",
      },
    ]);
  });

  test.each([
    ["the role and the named others", [executionRole()], [ADMIN, DEPLOYER], [ROLE, ADMIN, DEPLOYER]],
    ["the role alone when no others are named", [executionRole()], [], [ROLE]],
    ["the named others when no role is granted it", [], [ADMIN], [ADMIN]],
  ])("denies its value to everyone but %s, whatever IAM says", (_readers, roles, otherReaderArns, expected) => {
    expect(secretTemplate({ roles, otherReaderArns }).statement(POLICY, "NobodyElseReads")).toEqual({
      Sid: "NobodyElseReads",
      Effect: "Deny",
      Principal: "*",
      Action: "secretsmanager:GetSecretValue",
      Resource: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": expected } },
    });
  });

  test("does not hold a value itself", () => {
    expect(template.inventory).toEqual({
      aws_kms_key: 1,
      aws_kms_alias: 1,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_policy: 1,
    });
  });

  test("has its ARN and its id as outputs", () => {
    expect(template.json.output).toEqual({
      SecretArn: { value: "${aws_secretsmanager_secret.DatabaseSecret.arn}" },
      SecretId: { value: "${aws_secretsmanager_secret.DatabaseSecret.id}" },
    });
  });
});
