import { LambdaAlias } from "@cdktf/provider-aws/lib/lambda-alias";
import { LambdaFunction as AwsLambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { AssetType, Fn, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { resolve } from "node:path";
import type { AwsAccount } from "../../shared/aws-account";
import type { FunctionConfig } from "../../config/schema";
import { FUNCTION_ALIAS } from "../../config/names";
import type { SecurityGroup } from "../network/security-group";
import type { LogGroup } from "../observability/log-group";
import type { Metric } from "../observability/metric";
import type { ExternalRole } from "../security/external-role";
import { functionArn } from "./function-role";

/** Inputs of {@link LambdaFunction}. */
export interface LambdaFunctionProps {
  /** Name of the function, up to 64 characters. */
  readonly name: string;
  /** What a reader of the Lambda console sees, up to 256 characters. */
  readonly description: string;
  /** Account and region that the function stands in. */
  readonly account: AwsAccount;
  /**
   * Role that the function runs as; it must trust Lambda. It is asked for the function's logs; the rest of what
   * running takes is asked by `grantRunning`, once for all functions that run as it.
   */
  readonly role: ExternalRole;
  /** Package, runtime and size. */
  readonly config: FunctionConfig;
  /** Environment variables. No secrets: they are readable in the console. */
  readonly environment: Readonly<Record<string, string>>;
  /** Subnets that its network interfaces stand in. */
  readonly subnetIds: readonly string[];
  /** Guards its network interfaces. */
  readonly securityGroup: SecurityGroup;
  /** Group of the name that Lambda writes to; made first. */
  readonly logGroup: LogGroup;
}

/** A function in a VPC with X-Ray, whose every change is a published version behind the alias `live`. */
export class LambdaFunction extends Construct {
  /** ARN without a version. */
  public readonly arn: string;
  /**
   * What API Gateway calls, where it is let: the alias. Written out and not a reference to it: an API's
   * deployment is made before the old one goes, Terraform then does so with everything that the deployment
   * refers to, and neither the function nor the cluster behind it can stand twice under one name.
   *
   * @see https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#create_before_destroy
   */
  public readonly invokeArn: string;
  readonly #name: string;
  readonly #alias: LambdaAlias;

  public constructor(scope: Construct, id: string, props: LambdaFunctionProps) {
    super(scope, id);
    this.#name = props.name;
    const lambda = this.#function(props);
    this.#alias = new LambdaAlias(this, "Alias", {
      name: FUNCTION_ALIAS,
      description: "The version that callers get",
      functionName: lambda.functionName,
      functionVersion: lambda.version,
    });
    this.arn = lambda.arn;
    this.invokeArn = invokeArn(props.account, `${props.name}:${FUNCTION_ALIAS}`);
    props.logGroup.grantWrite(props.role);
  }

  /**
   * Lets one API Gateway API call the alias.
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

  /** Invocations. */
  public metricInvocations(): Metric {
    return this.#metric("Invocations", "Sum");
  }

  /** Running time in milliseconds that 95 of 100 invocations stay below. */
  public metricDuration(): Metric {
    return this.#metric("Duration", "p95");
  }

  #function(props: LambdaFunctionProps): AwsLambdaFunction {
    const { config } = props;
    const artifact = new TerraformAsset(this, "Artifact", { path: resolve(config.artifact), type: AssetType.FILE });
    return new AwsLambdaFunction(this, "Resource", {
      functionName: props.name,
      description: props.description,
      role: props.role.arn,
      filename: artifact.path,
      sourceCodeHash: Fn.filebase64sha256(artifact.path),
      runtime: config.runtime,
      architectures: [config.architecture],
      handler: config.handler,
      memorySize: config.memoryMb,
      timeout: config.timeoutSeconds,
      publish: true,
      environment: { variables: { ...props.environment } },
      tracingConfig: { mode: "Active" },
      vpcConfig: { subnetIds: [...props.subnetIds], securityGroupIds: [props.securityGroup.groupId] },
      dependsOn: [props.logGroup],
    });
  }

  #metric(name: string, statistic: string): Metric {
    return { namespace: "AWS/Lambda", name, dimensions: { FunctionName: this.#name }, statistic };
  }
}

/** @see https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html#apigw-PutIntegration-request-uri */
function invokeArn(account: AwsAccount, target: string): string {
  return `arn:aws:apigateway:${account.region}:lambda:path/2015-03-31/functions/${functionArn(account, target)}/invocations`;
}
