import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Token, Tokenization, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { regionalArn } from "../../shared/arn";
import type { AwsAccount } from "../../shared/aws-account";
import type { EncryptionKey } from "../security/encryption-key";
import type { ExternalRole } from "../security/external-role";
import { statementId } from "../security/statement-id";

const RETENTION_DAYS = 90;

/** Inputs of {@link LogGroup}. */
export interface LogGroupProps {
  /** Exact name: a service that finds no group of this name creates one that is kept forever. */
  readonly name: string;
  /** Account and region of the group. */
  readonly account: AwsAccount;
  /**
   * Days that events are kept; one of the values that CloudWatch Logs accepts.
   *
   * @default 90
   */
  readonly retentionDays?: number;
  /**
   * Encrypts the group. The group adds what CloudWatch Logs needs to the key's policy.
   *
   * @default - the key of CloudWatch Logs
   */
  readonly key?: EncryptionKey;
}

/** A log group that exists, with its encryption and retention, before a service writes to it. */
export class LogGroup extends Construct implements ITerraformDependable {
  /** ARN of the group, without the trailing `:*`. */
  public readonly arn: string;
  /** Name, as a reference to the group. */
  public readonly logGroupName: string;
  /** For `dependsOn`. Create the writer after the group, or the writer creates a group that is kept forever. */
  public readonly fqn: string;
  readonly #name: string;
  readonly #account: AwsAccount;

  public constructor(scope: Construct, id: string, props: LogGroupProps) {
    super(scope, id);
    const { name, account, retentionDays = RETENTION_DAYS, key } = props;
    this.#name = name;
    this.#account = account;
    const group = new CloudwatchLogGroup(this, "Resource", {
      name,
      retentionInDays: retentionDays,
      kmsKeyId: key?.arn,
    });
    key?.grantLogGroup(this.#arnOf(namePattern(name)));
    this.arn = group.arn;
    this.logGroupName = group.name;
    this.fqn = group.fqn;
  }

  /**
   * Lets a role write events. It cannot create the group, which exists already.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
   */
  public grantWrite(role: ExternalRole): void {
    role.allow({
      Sid: statementId(this, "Write"),
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${this.#arnOf(this.#name)}:*`,
    });
  }

  #arnOf(name: string): string {
    return regionalArn(this.#account, "logs", `log-group:${name}`);
  }
}

/**
 * The name, with a wildcard for what AWS assigns, such as the id of an API. A reference instead would let the key
 * depend on the API, and so on its own log groups.
 */
function namePattern(name: string): string {
  const known = (part: string): string => (Token.isUnresolved(part) ? "*" : part);
  const join = (left: string, right: string): string => known(left) + known(right);
  return known(Tokenization.reverseString(name).join({ join }) as string);
}
