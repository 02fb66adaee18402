import { TerraformOutput } from "cdktf";
import type { ExternalRole } from "../../../src/constructs/security/external-role";
import { Secret } from "../../../src/constructs/security/secret";
import { keyIn } from "../../helpers/key";
import { askedOf, executionRole } from "../../helpers/role";
import { constructTemplate, type Template } from "../../helpers/template";

const ROLE = "arn:aws:iam::498192039865:role/Executioner";
const ADMIN = "arn:aws:iam::498192039865:user/kevin-mathew-admin";
const DEPLOYER = "arn:aws:iam::498192039865:role/deploy";
const POLICY = "aws_secretsmanager_secret_policy.DatabaseSecret_Policy";

function secretTemplate({
  recoverable = true,
  otherReaderArns = [ADMIN, DEPLOYER],
  roles = [executionRole()],
}: { recoverable?: boolean; otherReaderArns?: readonly string[]; roles?: readonly ExternalRole[] } = {}): Template {
  return constructTemplate((scope) => {
    const key = keyIn(scope, "KmsKey");
    const secret = new Secret(scope, "DatabaseSecret", {
      name: "shop/db",
      description: "Credentials",
      key,
      otherReaderArns,
      recoverable,
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

  test("frees its name at once when it is not recoverable, and changes nothing else", () => {
    const address = "aws_secretsmanager_secret.DatabaseSecret";
    const thrownAway = secretTemplate({ recoverable: false });
    expect(thrownAway.at(address)).toEqual({ ...template.at(address), recovery_window_in_days: 0 });
    expect(thrownAway.at(POLICY)).toEqual(template.at(POLICY));
  });

  test("refuses a policy that opens it to the public", () => {
    expect(template.at(POLICY)).toEqual({
      secret_arn: "${aws_secretsmanager_secret.DatabaseSecret.arn}",
      policy: expect.any(String) as unknown,
      block_public_policy: true,
    });
  });

  test("lets the role that asked for it read, and allows nobody else anything", () => {
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

  test("allows nobody anything until it is asked to", () => {
    const { Statement: statements } = secretTemplate({ roles: [] }).policy(POLICY);
    expect(statements.map(({ Sid }) => Sid)).toEqual(["NobodyElseReads"]);
  });

  test("asks the role for the same permission, on this secret whatever its random suffix", () => {
    const role = executionRole();
    secretTemplate({ roles: [role] });
    expect(askedOf(role)).toEqual([
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
    ["the named others when no role asked", [], [ADMIN], [ADMIN]],
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

  test("holds no value itself", () => {
    expect(template.inventory).toEqual({
      aws_kms_key: 1,
      aws_kms_alias: 1,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_policy: 1,
    });
  });

  test("gives others its ARN and its id", () => {
    expect(template.json.output).toEqual({
      SecretArn: { value: "${aws_secretsmanager_secret.DatabaseSecret.arn}" },
      SecretId: { value: "${aws_secretsmanager_secret.DatabaseSecret.id}" },
    });
  });
});
