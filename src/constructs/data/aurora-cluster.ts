import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { AwsAccount } from "../../shared/aws-account";
import type { DatabaseConfig } from "../../config/schema";
import type { SecurityGroup } from "../network/security-group";
import type { Metric } from "../observability/metric";
import type { EncryptionKey } from "../security/encryption-key";
import type { GeneratedCredentials } from "../security/generated-credentials";
import type { ExternalRole } from "../security/external-role";
import { policyDocument } from "../security/policy-document";

/** PostgreSQL's port, and Aurora's default. */
export const POSTGRESQL_PORT = 5432;

const ENGINE = "aurora-postgresql";

/** @see https://developer.hashicorp.com/terraform/language/functions/formatdate */
const SNAPSHOT_TIME = "YYYYMMDDhhmmss";

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.Enabling.html */
const MONITORING_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole";

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrdsdataapi.html */
const DATA_API_ACTIONS = [
  "rds-data:BatchExecuteStatement",
  "rds-data:BeginTransaction",
  "rds-data:CommitTransaction",
  "rds-data:ExecuteStatement",
  "rds-data:RollbackTransaction",
];

/** Inputs of {@link AuroraCluster}. */
export interface AuroraClusterProps {
  /** Names of the cluster and of what belongs to it. */
  readonly names: {
    readonly cluster: string;
    readonly writerInstance: string;
    readonly databaseSubnetGroup: string;
    readonly clusterParameterGroup: string;
    readonly monitoringRole: string;
  };
  /** Account and region that the cluster stands in; the monitoring role may be used from there alone. */
  readonly account: AwsAccount;
  /** ARN pattern of the instances that the monitoring role may be used for. */
  readonly instanceArns: string;
  /** Version, capacity, backups and windows. */
  readonly config: DatabaseConfig;
  /** Private subnets in at least two zones. */
  readonly subnetIds: readonly string[];
  /** Guards the cluster. */
  readonly securityGroup: SecurityGroup;
  /** Encrypts storage, backups and snapshots. */
  readonly key: EncryptionKey;
  /** Master password, as it was read back from its secret. */
  readonly credentials: GeneratedCredentials;
  /** True sets deletion protection. */
  readonly protectData: boolean;
}

/**
 * Aurora PostgreSQL, Serverless v2, with one writer, the Data API, TLS forced, clocks in UTC and
 * Enhanced Monitoring.
 */
export class AuroraCluster extends Construct {
  /** ARN of the cluster. */
  public readonly arn: string;
  /** Host name of the writer; `DB_HOST` of the function. */
  public readonly endpoint: string;
  readonly #identifier: string;
  readonly #account: AwsAccount;

  public constructor(scope: Construct, id: string, props: AuroraClusterProps) {
    super(scope, id);
    this.#identifier = props.names.cluster;
    this.#account = props.account;
    const cluster = this.#cluster(props, this.#subnetGroup(props), this.#parameterGroup(props));
    this.#writer(props, cluster);
    this.arn = cluster.arn;
    this.endpoint = cluster.endpoint;
  }

  /** Lets a role run statements through the Data API. It must be able to read the credentials' secret too. */
  public grantDataApi(role: ExternalRole): void {
    const { id, region } = this.#account;
    role.allow({
      Sid: `${this.node.id}DataApi`,
      Action: DATA_API_ACTIONS,
      Resource: `arn:aws:rds:${region}:${id}:cluster:${this.#identifier}`,
    });
  }

  /** Capacity in Aurora capacity units, as the cluster used it. */
  public metricCapacity(): Metric {
    return {
      namespace: "AWS/RDS",
      name: "ServerlessDatabaseCapacity",
      dimensions: { DBClusterIdentifier: this.#identifier },
      statistic: "Average",
    };
  }

  #subnetGroup({ names, subnetIds }: AuroraClusterProps): DbSubnetGroup {
    return new DbSubnetGroup(this, "SubnetGroup", {
      name: names.databaseSubnetGroup,
      description: `Private subnets of ${names.cluster}`,
      subnetIds: [...subnetIds],
    });
  }

  #parameterGroup({ names, config }: AuroraClusterProps): RdsClusterParameterGroup {
    const major = config.engineVersion.split(".")[0] ?? "";
    return new RdsClusterParameterGroup(this, "ParameterGroup", {
      name: `${names.clusterParameterGroup}${major}`,
      description: `UTC and TLS for ${names.cluster}`,
      family: `${ENGINE}${major}`,
      // "pending-reboot" holds for static and dynamic parameters alike; a new cluster starts with both.
      parameter: [
        { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
        { name: "timezone", value: "UTC", applyMethod: "pending-reboot" },
      ],
      // A new major version is a new family, which replaces the group while the cluster still uses the old one.
      lifecycle: { createBeforeDestroy: true },
    });
  }

  #cluster(props: AuroraClusterProps, subnets: DbSubnetGroup, parameters: RdsClusterParameterGroup): RdsCluster {
    const { config, credentials, key, names, protectData } = props;
    return new RdsCluster(this, "Resource", {
      clusterIdentifier: names.cluster,
      engine: ENGINE,
      engineMode: "provisioned",
      engineVersion: config.engineVersion,
      databaseName: config.databaseName,
      masterUsername: config.masterUsername,
      masterPasswordWo: credentials.password,
      masterPasswordWoVersion: credentials.passwordVersion,
      port: POSTGRESQL_PORT,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [props.securityGroup.groupId],
      dbClusterParameterGroupName: parameters.name,
      enableHttpEndpoint: true,
      serverlessv2ScalingConfiguration: {
        minCapacity: config.minCapacity,
        maxCapacity: config.maxCapacity,
        ...(config.minCapacity === 0 && { secondsUntilAutoPause: config.autoPauseSeconds }),
      },
      storageEncrypted: true,
      kmsKeyId: key.arn,
      backupRetentionPeriod: config.backupRetentionDays,
      preferredBackupWindow: config.backupWindow,
      preferredMaintenanceWindow: config.maintenanceWindow,
      copyTagsToSnapshot: true,
      // RDS defers a new master password too, and the function would read one that the database refuses.
      applyImmediately: true,
      deletionProtection: protectData,
      skipFinalSnapshot: !config.finalSnapshot,
      finalSnapshotIdentifier: `${names.cluster}-final-${Fn.formatdate(SNAPSHOT_TIME, Fn.timestamp())}`,
      // The time of making: each cluster has a name of its own for the snapshot, and keeps it.
      lifecycle: { ignoreChanges: ["final_snapshot_identifier"] },
    });
  }

  #writer(props: AuroraClusterProps, cluster: RdsCluster): void {
    const { config, names } = props;
    const { role, attachment } = this.#monitoringRole(props);
    new RdsClusterInstance(this, "Writer", {
      identifier: names.writerInstance,
      clusterIdentifier: cluster.id,
      engine: ENGINE,
      engineVersion: cluster.engineVersion,
      instanceClass: "db.serverless",
      publiclyAccessible: false,
      autoMinorVersionUpgrade: false,
      monitoringInterval: config.monitoringIntervalSeconds,
      monitoringRoleArn: role.arn,
      preferredMaintenanceWindow: config.maintenanceWindow,
      copyTagsToSnapshot: true,
      applyImmediately: true,
      dependsOn: [attachment],
    });
  }

  /** @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.Enabling.html#USER_Monitoring.OS.confused-deputy */
  #monitoringRole({ names, account, instanceArns }: AuroraClusterProps): {
    role: IamRole;
    attachment: IamRolePolicyAttachment;
  } {
    const role = new IamRole(this, "MonitoringRole", {
      name: names.monitoringRole,
      description: `Enhanced Monitoring of ${names.cluster}`,
      assumeRolePolicy: policyDocument([
        {
          Sid: "RdsMonitoring",
          Effect: "Allow",
          Principal: { Service: "monitoring.rds.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "aws:SourceAccount": account.id },
            ArnLike: { "aws:SourceArn": instanceArns },
          },
        },
      ]),
    });
    const attachment = new IamRolePolicyAttachment(this, "MonitoringPolicy", {
      role: role.name,
      policyArn: MONITORING_POLICY,
    });
    return { role, attachment };
  }
}
