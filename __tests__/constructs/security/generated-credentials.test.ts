import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { ACCOUNT } from "../../fixtures/environments";
import { GeneratedCredentials } from "../../../src/constructs/security/generated-credentials";
import { Secret } from "../../../src/constructs/security/secret";
import { keyIn } from "../../helpers/key";
import { constructTemplate, type Template } from "../../helpers/template";

const VERSION = "aws_secretsmanager_secret_version.Credentials_Version";

function credentialsTemplate(version?: number, username = "clusteradmin"): Template {
  return constructTemplate((scope) => {
    const key = keyIn(scope, "KmsKey");
    const secret = new Secret(scope, "DatabaseSecret", { name: "shop/db", account: ACCOUNT, key });
    const credentials = new GeneratedCredentials(scope, "Credentials", { secret, username, version });
    new RdsCluster(scope, "Database", {
      engine: "aurora-postgresql",
      masterUsername: credentials.username,
      masterPasswordWo: credentials.password,
      masterPasswordWoVersion: credentials.passwordVersion,
    });
  });
}

describe("GeneratedCredentials", () => {
  const template = credentialsTemplate();

  test("asks AWS for a long password of all kinds of characters, without those that break Aurora or shells", () => {
    expect(template.json.ephemeral?.aws_secretsmanager_random_password).toEqual({
      Credentials_Password: {
        password_length: 48,
        exclude_characters: "/\"@ '\\`%<>&",
        require_each_included_type: true,
      },
    });
  });

  test("writes user name and ephemeral password to the secret in a write-only argument", () => {
    expect(template.at(VERSION)).toEqual({
      secret_id: "${aws_secretsmanager_secret.DatabaseSecret.id}",
      secret_string_wo:
        '${jsonencode({"username" = "clusteradmin", "password" = ephemeral.aws_secretsmanager_random_password.Credentials_Password.random_password})}',
      secret_string_wo_version: 1,
    });
  });

  test("leaves every reference for Terraform to resolve", () => {
    expect(template.text).toContain("${jsonencode(");
    expect(template.text).not.toContain("$${");
  });

  test("reads back the version that was written, once it is written", () => {
    expect(template.json.ephemeral?.aws_secretsmanager_secret_version).toEqual({
      Credentials_ReadBack: {
        secret_id: `\${${VERSION}.secret_id}`,
        version_id: `\${${VERSION}.version_id}`,
      },
    });
  });

  test("has the password that was read back, and a number that follows the version's id, as outputs", () => {
    expect(template.at("aws_rds_cluster.Database")).toEqual({
      engine: "aurora-postgresql",
      master_username: "clusteradmin",
      master_password_wo:
        "${jsondecode(ephemeral.aws_secretsmanager_secret_version.Credentials_ReadBack.secret_string).password}",
      master_password_wo_version: `\${parseint(substr(sha256(${VERSION}.version_id), 0, 7), 16)}`,
    });
  });

  test("puts no password into the synthesized text", () => {
    const passwords = [...template.text.matchAll(/\\"password\\" = ([\w.]+)/g)].map(([, value]) => value);
    expect(passwords).toEqual(["ephemeral.aws_secretsmanager_random_password.Credentials_Password.random_password"]);
    expect(template.text).not.toMatch(/"(?:master_password|secret_string|secret_binary|random_password)"/);
    expect(credentialsTemplate().text).toBe(template.text);
  });

  test("writes a new password when the version is raised, and changes nothing else", () => {
    const raised = credentialsTemplate(2);
    expect(raised.at(VERSION)).toEqual({ ...template.at(VERSION), secret_string_wo_version: 2 });
    expect(raised.json.ephemeral).toEqual(template.json.ephemeral);
    expect(raised.at("aws_rds_cluster.Database")).toEqual(template.at("aws_rds_cluster.Database"));
  });

  test("stores the user name that the cluster gets", () => {
    expect(credentialsTemplate(1, "baker").at(VERSION).secret_string_wo).toMatch(
      /^\$\{jsonencode\(\{"username" = "baker", "password" = ephemeral\./,
    );
  });

  test("keeps one version of one secret", () => {
    expect(template.inventory).toEqual({
      aws_kms_key: 1,
      aws_kms_alias: 1,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_policy: 1,
      aws_secretsmanager_secret_version: 1,
      aws_rds_cluster: 1,
    });
    expect(template.addresses.filter((address) => address.startsWith("ephemeral."))).toEqual([
      "ephemeral.aws_secretsmanager_random_password.Credentials_Password",
      "ephemeral.aws_secretsmanager_secret_version.Credentials_ReadBack",
    ]);
  });
});
