import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { EphemeralBlock } from "../../terraform/blocks";
import type { Secret } from "./secret";

/** Characters; Aurora accepts 8 to 99. */
const PASSWORD_LENGTH = 48;

const FIRST_VERSION = 1;

/**
 * Aurora refuses `/`, `"`, `@` and space. The others cause trouble in shells, in connection strings, or in a search
 * for the password in JSON, where `<`, `>` and `&` may be escaped.
 */
const EXCLUDED_CHARACTERS = "/\"@ '\\`%<>&";

/** Inputs of {@link GeneratedCredentials}. */
export interface GeneratedCredentialsProps {
  /** Secret that keeps the credentials, as `{"username": …, "password": …}`. */
  readonly secret: Secret;
  /** Stored with the password. */
  readonly username: string;
  /**
   * Raise it by one to generate a new password with the next apply.
   *
   * @default 1
   */
  readonly version?: number;
}

/**
 * A user name, and a password that AWS generates while Terraform applies. The password exists only in ephemeral
 * values and write-only arguments, so synthesized JSON, plans and state never contain it.
 *
 * An ephemeral value is a new one in each run. Users of the password therefore get what was read back from the
 * secret: an apply that died between two uses cannot leave them with different passwords.
 */
export class GeneratedCredentials extends Construct {
  /** Secret that keeps the credentials. */
  public readonly secret: Secret;
  /** User name, as it is stored. */
  public readonly username: string;
  /**
   * The password as it is in the secret, read back once it is stored. For write-only arguments alone: Terraform
   * refuses other uses. Always pass {@link passwordVersion} with it, or a new password never arrives.
   */
  public readonly password: string;
  /**
   * A number that changes whenever Terraform writes a new version of the secret: the configured number was raised,
   * or the version was gone. Pass it to the `_wo_version` argument that belongs to the write-only one. A value that
   * a person puts into the secret does not change it.
   */
  public readonly passwordVersion: number;

  public constructor(scope: Construct, id: string, props: GeneratedCredentialsProps) {
    super(scope, id);
    const { secret, username, version = FIRST_VERSION } = props;
    this.secret = secret;
    this.username = username;
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
