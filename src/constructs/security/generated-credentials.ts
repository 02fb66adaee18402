import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { EphemeralBlock } from "../../terraform/blocks";
import type { Secret } from "./secret";

/** Characters; Aurora takes 8 to 99. */
const PASSWORD_LENGTH = 48;

/**
 * Aurora refuses `/`, `"`, `@` and space. The others trouble shells, connection strings, or a search for
 * the password in JSON, which may write `<`, `>` and `&` in another way.
 */
const EXCLUDED_CHARACTERS = "/\"@ '\\`%<>&";

/** Inputs of {@link GeneratedCredentials}. */
export interface GeneratedCredentialsProps {
  /** Secret that keeps the credentials, as `{"username": …, "password": …}`. */
  readonly secret: Secret;
  /** Stored beside the password. */
  readonly username: string;
  /** Raising it by one generates a new password with the next apply. */
  readonly version: number;
}

/**
 * A password that AWS generates while Terraform applies. It travels in ephemeral values and
 * write-only arguments alone, so that synthesized JSON, plans and state never hold it.
 *
 * An ephemeral value is a new one in each run. Whoever uses the password is therefore given what was
 * read back from the secret: an apply that died between two uses cannot leave them different.
 */
export class GeneratedCredentials extends Construct {
  /** The password as it stands in the secret. For write-only arguments alone; Terraform refuses other uses. */
  public readonly password: string;
  /**
   * A number that changes whenever Terraform writes a new version of the secret: the configured number
   * was raised, or the version was gone. For the `_wo_version` beside the write-only argument. A value
   * that a person puts into the secret does not change it.
   */
  public readonly passwordVersion: number;

  public constructor(scope: Construct, id: string, { secret, username, version }: GeneratedCredentialsProps) {
    super(scope, id);
    const generated = new EphemeralBlock(this, "Password", "aws_secretsmanager_random_password", {
      password_length: PASSWORD_LENGTH,
      exclude_characters: EXCLUDED_CHARACTERS,
      require_each_included_type: true,
    });
    const stored = new SecretsmanagerSecretVersion(this, "Version", {
      secretId: secret.secretId,
      secretStringWo: Fn.jsonencode({ username, password: generated.getString("random_password") }),
      secretStringWoVersion: version,
    });
    const readBack = new EphemeralBlock(this, "ReadBack", "aws_secretsmanager_secret_version", {
      secret_id: stored.secretId,
      version_id: stored.versionId,
    });
    this.password = Token.asString(Fn.lookup(Fn.jsondecode(readBack.getString("secret_string")), "password"));
    // Seven hexadecimal digits of the version's id fit a 32-bit integer.
    this.passwordVersion = Token.asNumber(Fn.parseint(Fn.substr(Fn.sha256(stored.versionId), 0, 7), 16));
  }
}
