import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { AwsAccount } from "../../shared/aws-account";
import type { EncryptionKey } from "../security/encryption-key";
import type { ExternalRole } from "../security/external-role";

/** Inputs of {@link LogGroup}. */
export interface LogGroupProps {
  /** Exact name: a service that finds no group of its name makes one without retention. */
  readonly name: string;
  /** Days that events are kept; one of the values that CloudWatch Logs accepts. */
  readonly retentionDays: number;
  /** Encrypts the group. Its policy must let CloudWatch Logs use it for this name. */
  readonly key: EncryptionKey;
}

/** A log group that is there, encrypted and with a retention, before anyone writes to it. */
export class LogGroup extends Construct implements ITerraformDependable {
  /** ARN of the group, without the trailing `:*`. */
  public readonly arn: string;
  /** Name, as a reference to the group. */
  public readonly logGroupName: string;
  /** For `dependsOn` of whoever writes to the group. */
  public readonly fqn: string;
  readonly #name: string;
  readonly #account: AwsAccount;

  public constructor(scope: Construct, id: string, { name, retentionDays, key }: LogGroupProps) {
    super(scope, id);
    this.#name = name;
    this.#account = key.account;
    const group = new CloudwatchLogGroup(this, "Resource", {
      name,
      retentionInDays: retentionDays,
      kmsKeyId: key.arn,
    });
    this.arn = group.arn;
    this.logGroupName = group.name;
    this.fqn = group.fqn;
  }

  /**
   * Lets a role write events. The group is there already, so it may not make one.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
   */
  public grantWrite(role: ExternalRole): void {
    const { id, region } = this.#account;
    role.allow({
      Sid: `${this.node.id}Write`,
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `arn:aws:logs:${region}:${id}:log-group:${this.#name}:*`,
    });
  }
}
