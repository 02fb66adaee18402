import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { EnvironmentConfig } from "../config/schema";
import { environmentNames, type EnvironmentNames } from "../config/names";
import { otherSecretReaders } from "../config/secret-readers";
import { ApiStage } from "../constructs/api/api-stage";
import { RestApi } from "../constructs/api/rest-api";
import { FunctionRole } from "../constructs/compute/function-role";
import type { LambdaFunction } from "../constructs/compute/lambda-function";
import { MonthlyBudget } from "../constructs/cost/monthly-budget";
import { AuroraCluster } from "../constructs/data/aurora-cluster";
import { LogGroup } from "../constructs/observability/log-group";
import { EncryptionKey } from "../constructs/security/encryption-key";
import { GeneratedCredentials } from "../constructs/security/generated-credentials";
import { Secret } from "../constructs/security/secret";
import { Bucket, type ArchivePlan } from "../constructs/storage/bucket";
import { ImageDistribution } from "../constructs/storage/image-distribution";
import type { ArchiveClass } from "../constructs/storage/limits";
import { addFunctions } from "./environment-functions";
import { addNetwork, type Network } from "./environment-network";
import { addObservability } from "./environment-observability";
import { addWarnings } from "./environment-warnings";
import { PhaseAStack } from "./phase-a-stack";

/** Outputs of a stack by name, each with a description for the reader of `terraform output`. */
type Outputs = Readonly<Record<string, readonly [description: string, value: string]>>;

/** Days in which a deleted secret can be restored where data is protected; Secrets Manager's own maximum. */
const RECOVERY_WINDOW_DAYS = 30;

/**
 * A whole environment. The ids of its constructs are part of the addresses in state: renaming one destroys and
 * recreates its resources, unless a `moved` block comes with it.
 */
export class EnvironmentStack extends PhaseAStack {
  /** Role that the functions run as, with the policy that it needs for this environment. */
  public readonly executionRole: FunctionRole;
  readonly #config: EnvironmentConfig;
  readonly #names: EnvironmentNames;

  /** @param config - validated; a stack does not check it again */
  public constructor(scope: Construct, config: EnvironmentConfig) {
    super(scope, config);
    const { account } = config;
    const names = environmentNames(config.name);
    this.#config = config;
    this.#names = names;
    this.executionRole = new FunctionRole({ title: "ExecutionRole", arn: config.lambdaExecutionRoleArn, account });
    addWarnings(this, config);

    const key = this.#key();
    const network = addNetwork(this, config, names);
    const secrets = this.#secrets(key);
    const cluster = this.#database(key, network, secrets.database);
    const { images, invoices, distribution } = this.#storage(key);
    const logGroup = this.#logGroup("FunctionLog", names.functionLogGroup, key);
    const functions = addFunctions(this, {
      config,
      names,
      role: this.executionRole,
      network,
      cluster,
      databaseSecret: secrets.database,
      razorpaySecret: secrets.razorpay,
      logGroups: {
        app: logGroup,
        migrate: this.#logGroup("MigrateFunctionLog", names.migrateFunctionLogGroup, key),
      },
    });
    const stage = this.#api(key, functions.app);
    addObservability(this, { config, names, key, lambda: functions.app, logGroup, stage, cluster });
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
    return new EncryptionKey(this, "KmsKey", {
      alias: this.#names.keyAlias,
      description: `Data of ${this.#names.stack}`,
      account,
      adminArn: keyAdminArn,
    });
  }

  #secrets(key: EncryptionKey): { database: Secret; razorpay: Secret } {
    const { account, protectData } = this.#config;
    const secret = (id: string, name: string, description: string): Secret => {
      const created = new Secret(this, id, {
        name,
        account,
        description,
        key,
        otherReaderArns: otherSecretReaders(this.#config),
        recoveryWindowDays: protectData ? RECOVERY_WINDOW_DAYS : 0,
      });
      created.grantRead(this.executionRole);
      return created;
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

  #database(key: EncryptionKey, { databaseGroup, privateSubnetIds }: Network, secret: Secret): AuroraCluster {
    const { account, database, protectData } = this.#config;
    const { masterUsername, passwordVersion, ...settings } = database;
    const credentials = new GeneratedCredentials(this, "DatabaseCredentials", {
      secret,
      username: masterUsername,
      version: passwordVersion,
    });
    const cluster = new AuroraCluster(this, "Database", {
      ...settings,
      name: this.#names.cluster,
      writerName: this.#names.writerInstance,
      subnetGroupName: this.#names.databaseSubnetGroup,
      parameterGroupPrefix: this.#names.clusterParameterGroup,
      monitoringRoleName: this.#names.monitoringRole,
      monitoredInstances: `${this.#names.stack}-*`,
      account,
      subnetIds: privateSubnetIds,
      securityGroup: databaseGroup,
      key,
      credentials,
      deletionProtection: protectData,
    });
    cluster.grantDataApi(this.executionRole);
    return cluster;
  }

  #storage(key: EncryptionKey): { images: Bucket; invoices: Bucket; distribution: ImageDistribution } {
    const { protectData, storage } = this.#config;
    const { archiveAfterDays, infrequentAccessAfterDays, noncurrentVersionDays } = storage;
    const shared = { noncurrentVersionDays, forceDestroy: !protectData };
    const archive = (archiveClass: ArchiveClass): ArchivePlan => ({
      infrequentAccessAfterDays,
      archiveAfterDays,
      archiveClass,
    });
    const images = new Bucket(this, "ImagesBucket", {
      ...shared,
      name: this.#names.imagesBucket,
      archive: archive(storage.imagesArchiveClass),
    });
    const invoices = new Bucket(this, "InvoicesBucket", {
      ...shared,
      name: this.#names.invoicesBucket,
      key,
      archive: archive(storage.invoicesArchiveClass),
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
    const { account, logRetentionDays: retentionDays } = this.#config;
    return new LogGroup(this, id, { name, account, retentionDays, key });
  }

  #api(key: EncryptionKey, handler: LambdaFunction): ApiStage {
    const { account, api: limits, apiAllowedOrigin, logRetentionDays } = this.#config;
    const api = new RestApi(this, "ServerlessRestApi", {
      name: this.#names.api,
      description: `REST API of ${this.#names.stack}`,
      handler,
      allowedOrigin: apiAllowedOrigin,
    });
    return new ApiStage(this, "ApiStage", {
      ...limits,
      api,
      account,
      stageName: this.#names.apiStage,
      usagePlanName: this.#names.usagePlan,
      accessLogGroup: this.#logGroup("ApiAccessLog", this.#names.apiAccessLogGroup, key),
      logRetentionDays,
      key,
    });
  }

  #budget(): void {
    const { alarmEmail, monthlyBudgetAmount } = this.#config;
    new MonthlyBudget(this, "MonthlyBudget", {
      name: this.#names.budget,
      amountUsd: monthlyBudgetAmount,
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
