import { LambdaAlias } from "@cdktf/provider-aws/lib/lambda-alias";
import { LambdaFunction as AwsLambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { AssetType, Fn, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { integrationArn } from "../../shared/arn";
import { resolve } from "node:path";
import type { AwsAccount } from "../../shared/aws-account";
import { API_GATEWAY_SECONDS } from "../api/limits";
import type { SecurityGroup } from "../network/security-group";
import { LogGroup } from "../observability/log-group";
import type { Metric } from "../observability/metric";
import { functionArn } from "./function-arn";
import type { FunctionRole } from "./function-role";
import type { Architecture } from "./limits";

/** The newest runtime that the pinned provider accepts. */
const RUNTIME = "nodejs22.x";
const ARCHITECTURE: Architecture = "arm64";
const HANDLER = "index.handler";
const MEMORY_MB = 512;
const ALIAS = "live";

/** Inputs of {@link LambdaFunction}. */
export interface LambdaFunctionProps {
  /** Name of the function, up to 64 characters. */
  readonly name: string;
  /** Account and region of the function. */
  readonly account: AwsAccount;
  /**
   * Role that the function runs as; it must trust Lambda. The function adds what it needs to the role's policy:
   * its logs, its traces and its network interfaces.
   */
  readonly role: FunctionRole;
  /** Path of the deployment package (.zip), absolute or relative to the working directory. */
  readonly artifact: string;
  /** Ids of the subnets that its network interfaces are in. */
  readonly subnetIds: readonly string[];
  /** Security group of its network interfaces. */
  readonly securityGroup: SecurityGroup;
  /**
   * What a reader of the Lambda console sees, up to 256 characters.
   *
   * @default - the function has no description
   */
  readonly description?: string;
  /**
   * Lambda runtime identifier.
   *
   * @default "nodejs22.x"
   */
  readonly runtime?: string;
  /**
   * Instruction set of the package.
   *
   * @default "arm64"
   */
  readonly architecture?: Architecture;
  /**
   * Entry point, in the runtime's own form.
   *
   * @default "index.handler"
   */
  readonly handler?: string;
  /**
   * Memory in MiB, 128 to 10,240.
   *
   * @default 512
   */
  readonly memoryMb?: number;
  /**
   * Time-out in seconds, 1 to 900.
   *
   * @default 29, when API Gateway stops waiting
   */
  readonly timeoutSeconds?: number;
  /**
   * Environment variables. No secrets: they are readable in the console.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Group that Lambda writes to. It must be named `/aws/lambda/` and the function's name.
   *
   * @default - a {@link LogGroup} with its own defaults is created
   */
  readonly logGroup?: LogGroup;
  /**
   * Alias that callers use, so that a release and a rollback are a change of version.
   *
   * @default "live"
   */
  readonly aliasName?: string;
}

/** A function in a VPC with X-Ray. Every change publishes a version, which the alias then points to. */
export class LambdaFunction extends Construct {
  /** ARN without a version. Callers use the alias. */
  public readonly arn: string;
  /**
   * URI of the alias for an API Gateway integration. The caller needs {@link grantInvoke} first.
   *
   * A literal and not a reference to the alias: Terraform creates an API's new deployment before it destroys the old
   * one, and does the same with everything that the deployment refers to. Neither the function nor the cluster behind
   * it can exist twice under one name.
   *
   * @see https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#create_before_destroy
   */
  public readonly invokeArn: string;
  readonly #name: string;
  readonly #alias: LambdaAlias;

  public constructor(scope: Construct, id: string, props: LambdaFunctionProps) {
    super(scope, id);
    const { account, aliasName = ALIAS, name, role } = props;
    this.#name = name;
    const logGroup = props.logGroup ?? new LogGroup(this, "Log", { name: `/aws/lambda/${name}`, account });
    const lambda = this.#function(props, logGroup);
    this.#alias = new LambdaAlias(this, "Alias", {
      name: aliasName,
      description: "The version that callers get",
      functionName: lambda.functionName,
      functionVersion: lambda.version,
    });
    this.arn = lambda.arn;
    this.invokeArn = integrationUri(account, `${name}:${aliasName}`);
    logGroup.grantWrite(role);
    role.grantRun(name);
  }

  /**
   * Lets one API Gateway API call the alias. {@link RestApi} calls it.
   *
   * @param executionArn - `execution_arn` of the API
   */
  public grantInvoke(executionArn: string): void {
    new LambdaPermission(this, "ApiPermission", {
      statementId: "ApiInvokes",
      action: "lambda:InvokeFunction",
      functionName: this.#alias.functionName,
      qualifier: this.#alias.name,
      principal: "apigateway.amazonaws.com",
      sourceArn: `${executionArn}/*/*`,
    });
  }

  /** Invocations that ended in an error. */
  public metricErrors(): Metric {
    return this.#metric("Errors", "Sum");
  }

  /** All invocations. */
  public metricInvocations(): Metric {
    return this.#metric("Invocations", "Sum");
  }

  /** 95th percentile of the running time in milliseconds. */
  public metricDuration(): Metric {
    return this.#metric("Duration", "p95");
  }

  #function(props: LambdaFunctionProps, logGroup: LogGroup): AwsLambdaFunction {
    const artifact = new TerraformAsset(this, "Artifact", { path: resolve(props.artifact), type: AssetType.FILE });
    return new AwsLambdaFunction(this, "Resource", {
      functionName: props.name,
      description: props.description,
      role: props.role.arn,
      filename: artifact.path,
      sourceCodeHash: Fn.filebase64sha256(artifact.path),
      runtime: props.runtime ?? RUNTIME,
      architectures: [props.architecture ?? ARCHITECTURE],
      handler: props.handler ?? HANDLER,
      memorySize: props.memoryMb ?? MEMORY_MB,
      timeout: props.timeoutSeconds ?? API_GATEWAY_SECONDS,
      publish: true,
      environment: props.environment && { variables: { ...props.environment } },
      tracingConfig: { mode: "Active" },
      vpcConfig: { subnetIds: [...props.subnetIds], securityGroupIds: [props.securityGroup.groupId] },
      // Lambda would otherwise create the group itself, without a retention.
      dependsOn: [logGroup],
    });
  }

  #metric(name: string, statistic: string): Metric {
    return { namespace: "AWS/Lambda", name, dimensions: { FunctionName: this.#name }, statistic };
  }
}

function integrationUri(account: AwsAccount, target: string): string {
  return integrationArn(
    account.region,
    "lambda",
    `path/2015-03-31/functions/${functionArn(account, target)}/invocations`,
  );
}
