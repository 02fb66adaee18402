import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { EphemeralBlock, ImportBlock, MovedBlock } from "../../src/terraform/blocks";
import { constructTemplate } from "../helpers/template";

describe("EphemeralBlock", () => {
  const template = constructTemplate((scope) => {
    const bucket = new S3Bucket(scope, "Store", { bucket: "store" });
    const nested = new Construct(scope, "Credentials");
    const password = new EphemeralBlock(nested, "Password", "aws_secretsmanager_random_password", {
      password_length: 48,
    });
    new EphemeralBlock(nested, "ReadBack", "aws_secretsmanager_secret_version", { secret_id: bucket.arn });
    new SecretsmanagerSecretVersion(scope, "Plain", {
      secretId: "plain",
      secretStringWo: password.getString("random_password"),
      secretStringWoVersion: 1,
    });
    new SecretsmanagerSecretVersion(scope, "Encoded", {
      secretId: "encoded",
      secretStringWo: Fn.jsonencode({ password: password.getString("random_password") }),
      secretStringWoVersion: 1,
    });
  });

  test("is under its type, at the address of its path", () => {
    expect(template.json.ephemeral).toEqual({
      aws_secretsmanager_random_password: { Credentials_Password: { password_length: 48 } },
      aws_secretsmanager_secret_version: { Credentials_ReadBack: { secret_id: "${aws_s3_bucket.Store.arn}" } },
    });
  });

  test("has its own kind of reference", () => {
    expect(template.at("aws_secretsmanager_secret_version.Plain").secret_string_wo).toBe(
      "${ephemeral.aws_secretsmanager_random_password.Credentials_Password.random_password}",
    );
  });

  test("can be an argument of a function without being escaped", () => {
    expect(template.at("aws_secretsmanager_secret_version.Encoded").secret_string_wo).toBe(
      '${jsonencode({"password" = ephemeral.aws_secretsmanager_random_password.Credentials_Password.random_password})}',
    );
  });

  test("can be a dependency", () => {
    const waiting = constructTemplate((scope) => {
      const password = new EphemeralBlock(scope, "Password", "aws_secretsmanager_random_password", {});
      new S3Bucket(scope, "Store", { bucket: "store", dependsOn: [password] });
    });
    expect(waiting.at("aws_s3_bucket.Store")).toEqual({
      bucket: "store",
      depends_on: ["ephemeral.aws_secretsmanager_random_password.Password"],
    });
  });

  test("is not a resource, so it is never in state", () => {
    expect(template.inventory).toEqual({ aws_s3_bucket: 1, aws_secretsmanager_secret_version: 2 });
  });
});

describe("ImportBlock", () => {
  test("adopts a resource without changing its arguments", () => {
    const template = constructTemplate((scope) => {
      new S3Bucket(scope, "Store", { bucket: "store" });
      new ImportBlock(scope, "Import", "aws_s3_bucket.Store", "store");
    });
    expect(template.json.import).toEqual([{ to: "aws_s3_bucket.Store", id: "store" }]);
    expect(template.at("aws_s3_bucket.Store")).toEqual({ bucket: "store" });
  });

  test("can be one of several import blocks", () => {
    const template = constructTemplate((scope) => {
      for (const name of ["First", "Second"]) {
        new S3Bucket(scope, name, { bucket: name.toLowerCase() });
        new ImportBlock(scope, `Import${name}`, `aws_s3_bucket.${name}`, name.toLowerCase());
      }
    });
    expect(template.json.import).toEqual([
      { to: "aws_s3_bucket.First", id: "first" },
      { to: "aws_s3_bucket.Second", id: "second" },
    ]);
  });

  test("is absent where nothing is adopted", () => {
    expect(constructTemplate(() => undefined).json.import).toBeUndefined();
  });
});

describe("MovedBlock", () => {
  test("renames each resource in state, and changes nothing about the resources", () => {
    const template = constructTemplate((scope) => {
      for (const name of ["First", "Second"]) {
        new S3Bucket(scope, name, { bucket: name.toLowerCase() });
        new MovedBlock(scope, `Moved${name}`, { from: `aws_s3_bucket.Old${name}`, to: `aws_s3_bucket.${name}` });
      }
    });
    expect(template.json.moved).toEqual([
      { from: "aws_s3_bucket.OldFirst", to: "aws_s3_bucket.First" },
      { from: "aws_s3_bucket.OldSecond", to: "aws_s3_bucket.Second" },
    ]);
    expect(template.at("aws_s3_bucket.First")).toEqual({ bucket: "first" });
  });
});
