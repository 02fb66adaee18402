import type { AwsAccount } from "../../shared/aws-account";
import type { SecurityGroup } from "../network/security-group";
import type { EncryptionKey } from "../security/encryption-key";
import type { GeneratedCredentials } from "../security/generated-credentials";

const MIN_CAPACITY = 0.5;
const MAX_CAPACITY = 2;
const AUTO_PAUSE_SECONDS = 600;
const BACKUP_RETENTION_DAYS = 7;
const MONITORING_INTERVAL_SECONDS = 60;

/** Night in India, in UTC, the maintenance after the backup. */
const BACKUP_WINDOW = "20:00-21:00";
const MAINTENANCE_WINDOW = "sun:21:30-sun:22:30";

/** Inputs of an Aurora cluster. */
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
  /** Security group of the cluster. It must allow `POSTGRESQL_PORT` from the clients. */
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
export type AuroraClusterSettings = Required<Omit<AuroraClusterProps, "key">> & Pick<AuroraClusterProps, "key">;

/** Completes the props of a cluster with the defaults that their docstrings name. */
export function withDefaults(props: AuroraClusterProps): AuroraClusterSettings {
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
