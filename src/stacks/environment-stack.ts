import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { EnvironmentConfig } from "../config/schema";
import { otherSecretReaders } from "../config/secret-readers";
import { ApiStage } from "../constructs/api/api-stage";
import { RestApi } from "../constructs/api/rest-api";
import type { LambdaFunction } from "../constructs/compute/lambda-function";
import { MonthlyBudget } from "../constructs/cost/monthly-budget";
import { AuroraCluster, POSTGRESQL_PORT } from "../constructs/data/aurora-cluster";
import { SecurityGroup } from "../constructs/network/security-group";
import { Vpc } from "../constructs/network/vpc";
import { VpcEndpoints } from "../constructs/network/vpc-endpoints";
import { alarmRows } from "../constructs/observability/alarm-rows";
import { AlarmTopic } from "../constructs/observability/alarm-topic";
import { Alarms } from "../constructs/observability/alarms";
import { Dashboard } from "../constructs/observability/dashboard";
import { LogGroup } from "../constructs/observability/log-group";
import { LogMetrics } from "../constructs/observability/log-metrics";
import { EncryptionKey } from "../constructs/security/encryption-key";
import { ExternalRole } from "../constructs/security/external-role";
import { GeneratedCredentials } from "../constructs/security/generated-credentials";
import { Secret } from "../constructs/security/secret";
import { Bucket } from "../constructs/storage/bucket";
import { ImageDistribution } from "../constructs/storage/image-distribution";
import { environmentArns, environmentNames, type EnvironmentArns, type EnvironmentNames } from "../config/names";
import { addFunctions } from "./environment-functions";
import { addWarnings } from "./environment-warnings";
import { PhaseAStack } from "./phase-a-stack";

const HTTPS = 443;

/** Output of a stack: what it is, for the reader of `terraform output`, and its value. */
type Outputs = Readonly<Record<string, readonly [description: string, value: string]>>;

/**
 * One environment, whole. Every construct's id is part of addresses that state knows: renaming one
 * destroys and makes again what it holds, unless a `moved` block comes with it.
 */
export class EnvironmentStack extends PhaseAStack {
  /** Role that the functions run as, with the policy that this environment needs it to have. */
  public readonly executionRole: ExternalRole;
  readonly #config: EnvironmentConfig;
  readonly #names: EnvironmentNames;
  readonly #arns: EnvironmentArns;

  /** @param config - validated; a stack does not check it again */
  public constructor(scope: Construct, config: EnvironmentConfig) {
    super(scope, config);
    this.#config = config;
    this.#names = environmentNames(config.name);
    this.#arns = environmentArns(config.account, this.#names);
    this.executionRole = new ExternalRole({ title: "ExecutionRole", arn: config.lambdaExecutionRoleArn });
    addWarnings(this, config);

    const key = this.#key();
    const network = this.#network();
    const secrets = this.#secrets(key);
    const cluster = this.#database(key, network, secrets.database);
    const { images, invoices, distribution } = this.#storage(key);
    const logGroup = this.#logGroup("FunctionLog", this.#names.functionLogGroup, key);
    const functions = addFunctions(this, {
      config,
      names: this.#names,
      role: this.executionRole,
      vpc: network.vpc,
      securityGroup: network.lambdaGroup,
      cluster,
      databaseSecret: secrets.database,
      razorpaySecret: secrets.razorpay,
      logGroups: {
        app: logGroup,
        migrate: this.#logGroup("MigrateFunctionLog", this.#names.migrateFunctionLogGroup, key),
      },
    });
    const { stage } = this.#api(key, functions.app);
    this.#observability(key, { lambda: functions.app, stage, cluster, logGroup });
    this.#budget();

    this.#outputs({
      ApiUrl: ["Where clients call the API", stage.invokeUrl],
      ApiStageArn: ["API Gateway stage", stage.arn],
      CdnDomainName: ["Where images are served", distribution.domainName],
      CloudFrontDistributionArn: ["CloudFront distribution", distribution.arn],
      DatabaseClusterArn: ["Aurora cluster", cluster.arn],
      DatabaseEndpoint: ["Writer of the database; DB_HOST of the functions", cluster.endpoint],
      DatabaseSecretArn: ["Secret with the database credentials", secrets.database.arn],
      ImagesBucketArn: ["Bucket of the images", images.arn],
      InvoicesBucketArn: ["Bucket of the invoices", invoices.arn],
      KmsKeyArn: ["Customer managed key", key.arn],
      LambdaFunctionArn: ["Function behind the API", functions.app.arn],
      MigrateFunctionArn: ["Function that migrates the database", functions.migrate.arn],
      RazorpaySecretArn: ["Secret that a person fills with the Razorpay keys", secrets.razorpay.arn],
    });
  }

  #key(): EncryptionKey {
    const { account, keyAdminArn } = this.#config;
    const key = new EncryptionKey(this, "KmsKey", {
      alias: this.#names.keyAlias,
      description: `Data of ${this.#names.stack}`,
      account,
      adminArn: keyAdminArn,
    });
    key.grantUse(this.executionRole, ["secretsmanager", "s3"]);
    key.grantSecretsManager();
    key.grantLogGroups(this.#arns.logGroups);
    return key;
  }

  #network(): { vpc: Vpc; lambdaGroup: SecurityGroup; databaseGroup: SecurityGroup } {
    const { account, network } = this.#config;
    const { stack } = this.#names;
    const vpc = new Vpc(this, "VPC", {
      namePrefix: stack,
      cidr: network.vpcCidr,
      region: account.region,
      zones: network.zones,
    });
    const group = (id: string, name: string, description: string): SecurityGroup =>
      new SecurityGroup(this, id, { vpcId: vpc.vpcId, name, description });

    const lambdaGroup = group("LambdaSecurityGroup", this.#names.lambdaSecurityGroup, "The functions");
    const databaseGroup = group("DatabaseSecurityGroup", this.#names.databaseSecurityGroup, "The Aurora cluster");
    const endpointGroup = group("EndpointSecurityGroup", this.#names.endpointSecurityGroup, "Interface endpoints");
    lambdaGroup.allowToAnywhere(HTTPS, "AWS services and Razorpay");
    lambdaGroup.allowTo(databaseGroup, POSTGRESQL_PORT, "PostgreSQL from the functions");
    endpointGroup.allowFrom(lambdaGroup, HTTPS, "AWS services from the functions");

    new VpcEndpoints(this, "Endpoints", {
      namePrefix: stack,
      region: account.region,
      vpc,
      securityGroup: endpointGroup,
      interfaceEndpoints: network.interfaceEndpoints,
    });
    return { vpc, lambdaGroup, databaseGroup };
  }

  #secrets(key: EncryptionKey): { database: Secret; razorpay: Secret } {
    const { protectData } = this.#config;
    const secret = (id: string, name: string, description: string): Secret => {
      const made = new Secret(this, id, {
        name,
        description,
        key,
        otherReaderArns: otherSecretReaders(this.#config),
        recoverable: protectData,
      });
      made.grantRead(this.executionRole);
      return made;
    };
    return {
      database: secret(
        "DatabaseSecret",
        this.#names.databaseSecret,
        "Master credentials of the Aurora cluster; Terraform rotates them",
      ),
      razorpay: secret(
        "RazorpaySecret",
        this.#names.razorpaySecret,
        'Razorpay API keys. Terraform never writes a value; put {"key_id":"...","key_secret":"...","webhook_secret":"..."} here by hand',
      ),
    };
  }

  #database(
    key: EncryptionKey,
    { vpc, databaseGroup }: { vpc: Vpc; databaseGroup: SecurityGroup },
    secret: Secret,
  ): AuroraCluster {
    const { account, database, protectData } = this.#config;
    const credentials = new GeneratedCredentials(this, "DatabaseCredentials", {
      secret,
      username: database.masterUsername,
      version: database.passwordVersion,
    });
    const cluster = new AuroraCluster(this, "Database", {
      names: this.#names,
      account,
      instanceArns: this.#arns.databaseInstances,
      config: database,
      subnetIds: vpc.privateSubnetIds,
      securityGroup: databaseGroup,
      key,
      credentials,
      protectData,
    });
    cluster.grantDataApi(this.executionRole);
    return cluster;
  }

  #storage(key: EncryptionKey): { images: Bucket; invoices: Bucket; distribution: ImageDistribution } {
    const { protectData, storage } = this.#config;
    const shared = { noncurrentVersionDays: storage.noncurrentVersionDays, disposable: !protectData };
    const images = new Bucket(this, "ImagesBucket", {
      ...shared,
      name: this.#names.imagesBucket,
      archive: { ...storage, archiveClass: storage.imagesArchiveClass },
    });
    const invoices = new Bucket(this, "InvoicesBucket", {
      ...shared,
      name: this.#names.invoicesBucket,
      key,
      archive: { ...storage, archiveClass: storage.invoicesArchiveClass },
    });
    images.grantReadWrite(this.executionRole);
    invoices.grantReadWrite(this.executionRole);
    const distribution = new ImageDistribution(this, "CloudFrontDistribution", {
      bucket: images,
      accessControlName: this.#names.originAccessControl,
      comment: `Images of ${this.#names.stack}`,
      priceClass: storage.cdnPriceClass,
    });
    return { images, invoices, distribution };
  }

  #logGroup(id: string, name: string, key: EncryptionKey): LogGroup {
    return new LogGroup(this, id, { name, retentionDays: this.#config.logRetentionDays, key });
  }

  #api(key: EncryptionKey, handler: LambdaFunction): { stage: ApiStage } {
    const { api: config, apiAllowedOrigin, logRetentionDays } = this.#config;
    const api = new RestApi(this, "ServerlessRestApi", {
      name: this.#names.api,
      description: `REST API of ${this.#names.stack}`,
      handler,
      allowedOrigin: apiAllowedOrigin,
    });
    const stage = new ApiStage(this, "ApiStage", {
      api,
      stageName: this.#names.apiStage,
      usagePlanName: this.#names.usagePlan,
      config,
      accessLogGroup: this.#logGroup("ApiAccessLog", this.#names.apiAccessLogGroup, key),
      executionLogRetentionDays: logRetentionDays,
      key,
    });
    return { stage };
  }

  #observability(
    key: EncryptionKey,
    {
      lambda,
      stage,
      cluster,
      logGroup,
    }: { lambda: LambdaFunction; stage: ApiStage; cluster: AuroraCluster; logGroup: LogGroup },
  ): void {
    const { account, alarmEmail, alarms } = this.#config;
    const topic = new AlarmTopic(this, "AlarmTopic", {
      name: this.#names.alarmTopic,
      account,
      key,
      alarmArns: this.#arns.alarms,
      email: alarmEmail,
    });
    const logMetrics = new LogMetrics(this, "LogMetrics", { logGroup, namespace: this.#names.metricNamespace });
    const rows = alarmRows({
      function: lambda,
      stage,
      cluster,
      logMetrics,
      config: alarms,
      functionLogGroup: this.#names.functionLogGroup,
    });
    new Alarms(this, "Alarms", { namePrefix: this.#names.stack, rows, topic });
    new Dashboard(this, "Dashboard", {
      name: this.#names.dashboard,
      region: account.region,
      alarms: rows,
      graphs: [
        { title: "API requests", metrics: [stage.metricRequests(), stage.metricClientErrors()] },
        { title: "API latency, p95 (ms)", metrics: [stage.metricLatency()] },
        { title: "Lambda invocations", metrics: [lambda.metricInvocations()] },
        { title: "Lambda duration, p95 (ms)", metrics: [lambda.metricDuration()] },
        { title: "Log lines", metrics: [logMetrics.metric("ErrorLines"), logMetrics.metric("WarningLines")] },
      ],
    });
  }

  #budget(): void {
    const { alarmEmail, monthlyBudgetAmount } = this.#config;
    new MonthlyBudget(this, "MonthlyBudget", {
      name: this.#names.budget,
      amount: monthlyBudgetAmount,
      email: alarmEmail,
      stackTag: this.#names.stack,
    });
  }

  #outputs(outputs: Outputs): void {
    for (const [id, [description, value]] of Object.entries(outputs)) {
      new TerraformOutput(this, id, { description, value });
    }
  }
}
