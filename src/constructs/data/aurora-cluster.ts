import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { awsManagedPolicyArn, regionalArn } from "../../shared/arn";
import type { Metric } from "../observability/metric";
import type { ExternalRole } from "../security/external-role";
import { policyDocument } from "../security/policy-document";
import { statementId } from "../security/statement-id";
import { withDefaults, type AuroraClusterProps, type AuroraClusterSettings } from "./aurora-cluster-props";

/** PostgreSQL's port, and Aurora's default. */
export const POSTGRESQL_PORT = 5432;

const ENGINE = "aurora-postgresql";

/** @see https://developer.hashicorp.com/terraform/language/functions/formatdate */
const SNAPSHOT_TIME = "YYYYMMDDhhmmss";

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.Enabling.html */
const MONITORING_POLICY = awsManagedPolicyArn("service-role/AmazonRDSEnhancedMonitoringRole");

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrdsdataapi.html */
const DATA_API_ACTIONS = [
  "rds-data:BatchExecuteStatement",
  "rds-data:BeginTransaction",
  "rds-data:CommitTransaction",
  "rds-data:ExecuteStatement",
  "rds-data:RollbackTransaction",
];

/**
 * Aurora PostgreSQL, Serverless v2, with one writer, the Data API, TLS enforced, UTC as its time zone and Enhanced
 * Monitoring.
 */
export class AuroraCluster extends Construct {
  /** ARN of the cluster. */
  public readonly arn: string;
  /** Host name of the writer. It accepts connections once the writer exists. */
  public readonly endpoint: string;
  readonly #settings: AuroraClusterSettings;

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
      Resource: regionalArn(account, "rds", `cluster:${name}`),
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
            ArnLike: { "aws:SourceArn": regionalArn(account, "rds", `db:${monitoredInstances}`) },
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
