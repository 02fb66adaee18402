import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { AwsAccount } from "../../shared/aws-account";
import type { SecurityGroup } from "../network/security-group";
import type { Metric } from "../observability/metric";
import type { EncryptionKey } from "../security/encryption-key";
import type { GeneratedCredentials } from "../security/generated-credentials";
import type { ExternalRole } from "../security/external-role";
import { policyDocument } from "../security/policy-document";
import { statementId } from "../security/statement-id";

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

const MIN_CAPACITY = 0.5;
const MAX_CAPACITY = 2;
const AUTO_PAUSE_SECONDS = 600;
const BACKUP_RETENTION_DAYS = 7;
const MONITORING_INTERVAL_SECONDS = 60;

/** Night in India, in UTC, the maintenance after the backup. */
const BACKUP_WINDOW = "20:00-21:00";
const MAINTENANCE_WINDOW = "sun:21:30-sun:22:30";

/** Inputs of {@link AuroraCluster}. */
export interface AuroraClusterProps {
  /** Identifier of the cluster, up to 63 characters. */
  readonly name: string;
  /** Account and region of the cluster. */
  readonly account: AwsAccount;
  /**
   * Aurora PostgreSQL version, `major.minor`. A minor upgrade happens only when it changes. AWS refuses another major
   * version without `allow_major_version_upgrade`.
   */
  readonly engineVersion: string;
  /** Name of the database that is created with the cluster. */
  readonly databaseName: string;
  /** Master user name and password. */
  readonly credentials: GeneratedCredentials;
  /** Ids of private subnets in at least two zones. */
  readonly subnetIds: readonly string[];
  /** Security group of the cluster. It must allow {@link POSTGRESQL_PORT} from the clients. */
  readonly securityGroup: SecurityGroup;
  /**
   * Encrypts storage, backups and snapshots. AWS cannot change it: another key replaces the cluster.
   *
   * @default - the key of RDS, `aws/rds`
   */
  readonly key?: EncryptionKey;
  /**
   * True makes AWS refuse to delete the cluster.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * True takes a snapshot before the cluster is deleted.
   *
   * @default true
   */
  readonly finalSnapshot?: boolean;
  /**
   * Smallest capacity in Aurora capacity units, in steps of 0.5. 0 lets an idle cluster pause.
   *
   * @default 0.5
   */
  readonly minCapacity?: number;
  /**
   * Largest capacity in Aurora capacity units, in steps of 0.5; at least 1.
   *
   * @default 2
   */
  readonly maxCapacity?: number;
  /**
   * Idle seconds before the cluster pauses, 300 to 86,400. Has an effect only with `minCapacity` 0.
   *
   * @default 600
   */
  readonly autoPauseSeconds?: number;
  /**
   * Days that automated backups are kept, 1 to 35.
   *
   * @default 7
   */
  readonly backupRetentionDays?: number;
  /**
   * Daily backup window in UTC, `hh:mm-hh:mm`, at least 30 minutes.
   *
   * @default "20:00-21:00"
   */
  readonly backupWindow?: string;
  /**
   * Weekly maintenance window in UTC, `ddd:hh:mm-ddd:hh:mm`, at least 30 minutes, outside the backup window.
   *
   * @default "sun:21:30-sun:22:30"
   */
  readonly maintenanceWindow?: string;
  /**
   * Enhanced Monitoring interval in seconds: 1, 5, 10, 15, 30 or 60.
   *
   * @default 60
   */
  readonly monitoringIntervalSeconds?: number;
  /**
   * Identifier of the writer, up to 63 characters.
   *
   * @default - the cluster's name and `-writer`
   */
  readonly writerName?: string;
  /**
   * Name of the subnet group.
   *
   * @default - the cluster's name
   */
  readonly subnetGroupName?: string;
  /**
   * Name of the parameter group without the engine's major version, which is appended: a group cannot change its
   * family.
   *
   * @default - the cluster's name and `-postgresql`
   */
  readonly parameterGroupPrefix?: string;
  /**
   * Name of the role of Enhanced Monitoring, up to 64 characters.
   *
   * @default - the cluster's name and `-monitoring`
   */
  readonly monitoringRoleName?: string;
  /**
   * Names of the instances that may use the monitoring role; may contain wildcards.
   *
   * @default - the writer alone
   */
  readonly monitoredInstances?: string;
}

/** The props with their defaults, but for a key, which RDS chooses when there is none. */
type Settings = Required<Omit<AuroraClusterProps, "key">> & Pick<AuroraClusterProps, "key">;

/**
 * Aurora PostgreSQL, Serverless v2, with one writer, the Data API, TLS enforced, UTC as its time zone and Enhanced
 * Monitoring.
 */
export class AuroraCluster extends Construct {
  /** ARN of the cluster. */
  public readonly arn: string;
  /** Host name of the writer. It accepts connections once the writer exists. */
  public readonly endpoint: string;
  readonly #settings: Settings;

  public constructor(scope: Construct, id: string, props: AuroraClusterProps) {
    super(scope, id);
    this.#settings = withDefaults(props);
    const cluster = this.#cluster(this.#subnetGroup(), this.#parameterGroup());
    this.#writer(cluster);
    this.arn = cluster.arn;
    this.endpoint = cluster.endpoint;
  }

  /** Lets a role run statements through the Data API, and read the credentials that it needs for them. */
  public grantDataApi(role: ExternalRole): void {
    const { account, credentials, name } = this.#settings;
    credentials.secret.grantRead(role);
    role.allow({
      Sid: statementId(this, "DataApi"),
      Action: DATA_API_ACTIONS,
      Resource: `arn:aws:rds:${account.region}:${account.id}:cluster:${name}`,
    });
  }

  /** Used capacity in Aurora capacity units. */
  public metricCapacity(): Metric {
    return {
      namespace: "AWS/RDS",
      name: "ServerlessDatabaseCapacity",
      dimensions: { DBClusterIdentifier: this.#settings.name },
      statistic: "Average",
    };
  }

  #subnetGroup(): DbSubnetGroup {
    const { name, subnetGroupName, subnetIds } = this.#settings;
    return new DbSubnetGroup(this, "SubnetGroup", {
      name: subnetGroupName,
      description: `Private subnets of ${name}`,
      subnetIds: [...subnetIds],
    });
  }

  #parameterGroup(): RdsClusterParameterGroup {
    const { engineVersion, name, parameterGroupPrefix } = this.#settings;
    const major = engineVersion.split(".")[0] ?? "";
    return new RdsClusterParameterGroup(this, "ParameterGroup", {
      name: `${parameterGroupPrefix}${major}`,
      description: `UTC and TLS for ${name}`,
      family: `${ENGINE}${major}`,
      // "pending-reboot" is valid for static and dynamic parameters; a new cluster starts with both.
      parameter: [
        { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
        { name: "timezone", value: "UTC", applyMethod: "pending-reboot" },
      ],
      // A new major version is a new family, which replaces the group while the cluster still uses the old one.
      lifecycle: { createBeforeDestroy: true },
    });
  }

  #cluster(subnets: DbSubnetGroup, parameters: RdsClusterParameterGroup): RdsCluster {
    const { credentials, minCapacity, name, ...settings } = this.#settings;
    return new RdsCluster(this, "Resource", {
      clusterIdentifier: name,
      engine: ENGINE,
      engineMode: "provisioned",
      engineVersion: settings.engineVersion,
      databaseName: settings.databaseName,
      masterUsername: credentials.username,
      masterPasswordWo: credentials.password,
      masterPasswordWoVersion: credentials.passwordVersion,
      port: POSTGRESQL_PORT,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [settings.securityGroup.groupId],
      dbClusterParameterGroupName: parameters.name,
      enableHttpEndpoint: true,
      serverlessv2ScalingConfiguration: {
        minCapacity,
        maxCapacity: settings.maxCapacity,
        ...(minCapacity === 0 && { secondsUntilAutoPause: settings.autoPauseSeconds }),
      },
      storageEncrypted: true,
      kmsKeyId: settings.key?.arn,
      backupRetentionPeriod: settings.backupRetentionDays,
      preferredBackupWindow: settings.backupWindow,
      preferredMaintenanceWindow: settings.maintenanceWindow,
      copyTagsToSnapshot: true,
      // RDS would also defer a new master password, and the functions would read one that the database refuses.
      applyImmediately: true,
      deletionProtection: settings.deletionProtection,
      skipFinalSnapshot: !settings.finalSnapshot,
      finalSnapshotIdentifier: `${name}-final-${Fn.formatdate(SNAPSHOT_TIME, Fn.timestamp())}`,
      // The time of creation: each cluster has its own name for the snapshot, and keeps it.
      lifecycle: { ignoreChanges: ["final_snapshot_identifier"] },
    });
  }

  #writer(cluster: RdsCluster): void {
    const { maintenanceWindow, monitoringIntervalSeconds, writerName } = this.#settings;
    const { role, attachment } = this.#monitoringRole();
    new RdsClusterInstance(this, "Writer", {
      identifier: writerName,
      clusterIdentifier: cluster.id,
      engine: ENGINE,
      engineVersion: cluster.engineVersion,
      instanceClass: "db.serverless",
      publiclyAccessible: false,
      autoMinorVersionUpgrade: false,
      monitoringInterval: monitoringIntervalSeconds,
      monitoringRoleArn: role.arn,
      preferredMaintenanceWindow: maintenanceWindow,
      copyTagsToSnapshot: true,
      applyImmediately: true,
      // RDS checks the role's policy when it creates the instance.
      dependsOn: [attachment],
    });
  }

  /** @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.Enabling.html#USER_Monitoring.OS.confused-deputy */
  #monitoringRole(): { role: IamRole; attachment: IamRolePolicyAttachment } {
    const { account, monitoredInstances, monitoringRoleName, name } = this.#settings;
    const role = new IamRole(this, "MonitoringRole", {
      name: monitoringRoleName,
      description: `Enhanced Monitoring of ${name}`,
      assumeRolePolicy: policyDocument([
        {
          Sid: "RdsMonitoring",
          Effect: "Allow",
          Principal: { Service: "monitoring.rds.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "aws:SourceAccount": account.id },
            ArnLike: { "aws:SourceArn": `arn:aws:rds:${account.region}:${account.id}:db:${monitoredInstances}` },
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

function withDefaults(props: AuroraClusterProps): Settings {
  const { name } = props;
  const writerName = props.writerName ?? `${name}-writer`;
  return {
    ...props,
    deletionProtection: props.deletionProtection ?? true,
    finalSnapshot: props.finalSnapshot ?? true,
    minCapacity: props.minCapacity ?? MIN_CAPACITY,
    maxCapacity: props.maxCapacity ?? MAX_CAPACITY,
    autoPauseSeconds: props.autoPauseSeconds ?? AUTO_PAUSE_SECONDS,
    backupRetentionDays: props.backupRetentionDays ?? BACKUP_RETENTION_DAYS,
    backupWindow: props.backupWindow ?? BACKUP_WINDOW,
    maintenanceWindow: props.maintenanceWindow ?? MAINTENANCE_WINDOW,
    monitoringIntervalSeconds: props.monitoringIntervalSeconds ?? MONITORING_INTERVAL_SECONDS,
    writerName,
    subnetGroupName: props.subnetGroupName ?? name,
    parameterGroupPrefix: props.parameterGroupPrefix ?? `${name}-postgresql`,
    monitoringRoleName: props.monitoringRoleName ?? `${name}-monitoring`,
    monitoredInstances: props.monitoredInstances ?? writerName,
  };
}
