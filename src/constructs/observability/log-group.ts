import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { EncryptionKey } from "../security/encryption-key";

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

  public constructor(scope: Construct, id: string, { name, retentionDays, key }: LogGroupProps) {
    super(scope, id);
    const group = new CloudwatchLogGroup(this, "Resource", {
      name,
      retentionInDays: retentionDays,
      kmsKeyId: key.arn,
    });
    this.arn = group.arn;
    this.logGroupName = group.name;
    this.fqn = group.fqn;
  }
}
