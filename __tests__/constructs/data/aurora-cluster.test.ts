import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { ACCOUNT } from "../../fixtures/environments";
import { AuroraCluster } from "../../../src/constructs/data/aurora-cluster";
import type { AuroraClusterProps } from "../../../src/constructs/data/aurora-cluster-props";
import { SecurityGroup } from "../../../src/constructs/network/security-group";
import { GeneratedCredentials } from "../../../src/constructs/security/generated-credentials";
import { Secret } from "../../../src/constructs/security/secret";
import { keyIn } from "../../helpers/key";
import { grantedTo, executionRole } from "../../helpers/role";
import { constructTemplate, type Template } from "../../helpers/template";

const CLUSTER = "aws_rds_cluster.Database";
const WRITER = "aws_rds_cluster_instance.Database_Writer";
const PARAMETERS = "aws_rds_cluster_parameter_group.Database_ParameterGroup";
const ROLE = "aws_iam_role.Database_MonitoringRole";
const INSTANCES = "arn:aws:rds:ap-south-1:498192039865:db:shop-*";

const PROPS = {
  engineVersion: "17.7",
  minCapacity: 0,
  maxCapacity: 2,
  autoPauseSeconds: 600,
  backupRetentionDays: 7,
  monitoringIntervalSeconds: 60,
  backupWindow: "20:00-21:00",
  maintenanceWindow: "sun:21:30-sun:22:30",
  finalSnapshot: false,
  databaseName: "cakes",
  deletionProtection: false,
};

function aurora(scope: Construct, props: Partial<AuroraClusterProps> = {}, username = "clusteradmin"): AuroraCluster {
  const key = keyIn(scope, "KmsKey");
  const secret = new Secret(scope, "DatabaseSecret", { name: "shop/db", account: ACCOUNT, key });
  return new AuroraCluster(scope, "Database", {
    ...PROPS,
    name: "shop-aurora",
    subnetGroupName: "shop-subnets",
    parameterGroupPrefix: "shop-parameters",
    monitoringRoleName: "shop-monitoring",
    monitoredInstances: "shop-*",
    account: ACCOUNT,
    subnetIds: ["subnet-1", "subnet-2"],
    securityGroup: new SecurityGroup(scope, "DatabaseGroup", { vpcId: "vpc-1", name: "db", description: "Database" }),
    key,
    credentials: new GeneratedCredentials(scope, "Credentials", { secret, username }),
    ...props,
  });
}

function auroraTemplate(props: Partial<AuroraClusterProps> = {}, username?: string): Template {
  return constructTemplate((scope) => {
    aurora(scope, props, username);
  });
}

describe("AuroraCluster", () => {
  const template = auroraTemplate();

  test("lets a granted role run statements and transactions on this cluster, with the credentials for it", () => {
    const role = executionRole();
    constructTemplate((scope) => {
      aurora(scope).grantDataApi(role);
    });
    const [key, secret, ...own] = grantedTo(role);
    expect([key?.Sid, secret?.Sid]).toEqual(["KmsKeyUse", "DatabaseSecretRead"]);
    expect(own).toEqual([
      {
        Sid: "DatabaseDataApi",
        Effect: "Allow",
        Action: [
          "rds-data:BatchExecuteStatement",
          "rds-data:BeginTransaction",
          "rds-data:CommitTransaction",
          "rds-data:ExecuteStatement",
          "rds-data:RollbackTransaction",
        ],
        Resource: "arn:aws:rds:ap-south-1:498192039865:cluster:shop-aurora",
      },
    ]);
  });

  test("is protected, small, backed up for a week and monitored by default", () => {
    const smallest = constructTemplate((scope) => {
      const secret = new Secret(scope, "Secret", { name: "shop/db", account: ACCOUNT });
      new AuroraCluster(scope, "Database", {
        name: "shop",
        account: ACCOUNT,
        engineVersion: "17.7",
        databaseName: "cakes",
        credentials: new GeneratedCredentials(scope, "Credentials", { secret, username: "baker" }),
        subnetIds: ["subnet-1", "subnet-2"],
        securityGroup: new SecurityGroup(scope, "Group", { vpcId: "vpc-1", name: "db" }),
      });
    });
    expect(smallest.at(CLUSTER)).toMatchObject({
      cluster_identifier: "shop",
      master_username: "baker",
      serverlessv2_scaling_configuration: { min_capacity: 0.5, max_capacity: 2 },
      storage_encrypted: true,
      backup_retention_period: 7,
      preferred_backup_window: "20:00-21:00",
      preferred_maintenance_window: "sun:21:30-sun:22:30",
      deletion_protection: true,
      skip_final_snapshot: false,
    });
    expect(smallest.at(CLUSTER)).not.toHaveProperty("kms_key_id");
    expect(smallest.at(WRITER)).toMatchObject({ identifier: "shop-writer", monitoring_interval: 60 });
    expect(smallest.at("aws_db_subnet_group.Database_SubnetGroup").name).toBe("shop");
    expect(smallest.at(PARAMETERS).name).toBe("shop-postgresql17");
    expect(smallest.at(ROLE).name).toBe("shop-monitoring");
    expect(smallest.statement(ROLE, "RdsMonitoring", "assume_role_policy").Condition?.ArnLike).toEqual({
      "aws:SourceArn": "arn:aws:rds:ap-south-1:498192039865:db:shop-writer",
    });
  });

  test("pauses after ten minutes when it may and nothing else is said", () => {
    const paused = auroraTemplate({ minCapacity: 0, autoPauseSeconds: undefined });
    expect(paused.at(CLUSTER).serverlessv2_scaling_configuration).toMatchObject({ seconds_until_auto_pause: 600 });
  });

  test("is encrypted PostgreSQL with the Data API, behind its security group, and its password is in no state", () => {
    expect(template.at(CLUSTER)).toEqual({
      cluster_identifier: "shop-aurora",
      engine: "aurora-postgresql",
      engine_mode: "provisioned",
      engine_version: "17.7",
      database_name: "cakes",
      master_username: "clusteradmin",
      master_password_wo:
        "${jsondecode(ephemeral.aws_secretsmanager_secret_version.Credentials_ReadBack.secret_string).password}",
      master_password_wo_version:
        "${parseint(substr(sha256(aws_secretsmanager_secret_version.Credentials_Version.version_id), 0, 7), 16)}",
      port: 5432,
      db_subnet_group_name: "${aws_db_subnet_group.Database_SubnetGroup.name}",
      vpc_security_group_ids: ["${aws_security_group.DatabaseGroup.id}"],
      db_cluster_parameter_group_name: "${aws_rds_cluster_parameter_group.Database_ParameterGroup.name}",
      enable_http_endpoint: true,
      serverlessv2_scaling_configuration: { min_capacity: 0, max_capacity: 2, seconds_until_auto_pause: 600 },
      storage_encrypted: true,
      kms_key_id: "${aws_kms_key.KmsKey.arn}",
      backup_retention_period: 7,
      preferred_backup_window: "20:00-21:00",
      preferred_maintenance_window: "sun:21:30-sun:22:30",
      copy_tags_to_snapshot: true,
      apply_immediately: true,
      deletion_protection: false,
      skip_final_snapshot: true,
      final_snapshot_identifier: 'shop-aurora-final-${formatdate("YYYYMMDDhhmmss", timestamp())}',
      lifecycle: { ignore_changes: ["final_snapshot_identifier"] },
    });
  });

  test("has one private, serverless writer, upgraded by its engine version alone, and monitored", () => {
    expect(template.at(WRITER)).toEqual({
      identifier: "shop-aurora-writer",
      cluster_identifier: "${aws_rds_cluster.Database.id}",
      engine: "aurora-postgresql",
      engine_version: "${aws_rds_cluster.Database.engine_version}",
      instance_class: "db.serverless",
      publicly_accessible: false,
      auto_minor_version_upgrade: false,
      monitoring_interval: 60,
      monitoring_role_arn: "${aws_iam_role.Database_MonitoringRole.arn}",
      preferred_maintenance_window: "sun:21:30-sun:22:30",
      copy_tags_to_snapshot: true,
      apply_immediately: true,
      depends_on: ["aws_iam_role_policy_attachment.Database_MonitoringPolicy"],
    });
  });

  test("is in the subnets that it is given", () => {
    expect(template.at("aws_db_subnet_group.Database_SubnetGroup")).toEqual({
      name: "shop-subnets",
      description: "Private subnets of shop-aurora",
      subnet_ids: ["subnet-1", "subnet-2"],
    });
  });

  test("enforces TLS and uses UTC", () => {
    expect(template.at(PARAMETERS)).toEqual({
      name: "shop-parameters17",
      description: "UTC and TLS for shop-aurora",
      family: "aurora-postgresql17",
      parameter: [
        { name: "rds.force_ssl", value: "1", apply_method: "pending-reboot" },
        { name: "timezone", value: "UTC", apply_method: "pending-reboot" },
      ],
      lifecycle: { create_before_destroy: true },
    });
  });

  test("lets Enhanced Monitoring act for this account's named instances alone", () => {
    expect(template.at(ROLE)).toMatchObject({
      name: "shop-monitoring",
      description: "Enhanced Monitoring of shop-aurora",
    });
    expect(template.policy(ROLE, "assume_role_policy").Statement).toEqual([
      {
        Sid: "RdsMonitoring",
        Effect: "Allow",
        Principal: { Service: "monitoring.rds.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "498192039865" },
          ArnLike: { "aws:SourceArn": INSTANCES },
        },
      },
    ]);
    expect(template.at("aws_iam_role_policy_attachment.Database_MonitoringPolicy")).toEqual({
      role: "${aws_iam_role.Database_MonitoringRole.name}",
      policy_arn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    });
  });

  test("is one cluster with one instance", () => {
    expect(template.inventory).toEqual({
      aws_db_subnet_group: 1,
      aws_iam_role: 1,
      aws_iam_role_policy_attachment: 1,
      aws_kms_alias: 1,
      aws_kms_key: 1,
      aws_rds_cluster: 1,
      aws_rds_cluster_instance: 1,
      aws_rds_cluster_parameter_group: 1,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_policy: 1,
      aws_secretsmanager_secret_version: 1,
      aws_security_group: 1,
    });
  });

  test("refuses deletion when data is protected", () => {
    expect(auroraTemplate({ deletionProtection: true }).at(CLUSTER)).toEqual({
      ...template.at(CLUSTER),
      deletion_protection: true,
    });
  });

  test("takes a final snapshot where one is wanted, even without deletion protection", () => {
    expect(auroraTemplate({ finalSnapshot: true }).at(CLUSTER)).toEqual({
      ...template.at(CLUSTER),
      skip_final_snapshot: false,
    });
  });

  test("never pauses above a smallest capacity of 0", () => {
    expect(auroraTemplate({ minCapacity: 0.5, maxCapacity: 4 }).at(CLUSTER)).toEqual({
      ...template.at(CLUSTER),
      serverlessv2_scaling_configuration: { min_capacity: 0.5, max_capacity: 4 },
    });
  });

  test.each([
    ["16.9", "16"],
    ["15.13", "15"],
  ])("engine version %s gets a parameter group of its own family", (engineVersion, major) => {
    const other = auroraTemplate({ engineVersion });
    expect(other.at(PARAMETERS)).toEqual({
      ...template.at(PARAMETERS),
      name: `shop-parameters${major}`,
      family: `aurora-postgresql${major}`,
    });
    expect(other.at(CLUSTER)).toEqual({ ...template.at(CLUSTER), engine_version: engineVersion });
  });

  test("a minor version changes the cluster and leaves the parameter group alone", () => {
    const other = auroraTemplate({ engineVersion: "17.8" });
    expect(other.at(PARAMETERS)).toEqual(template.at(PARAMETERS));
    expect(other.at(CLUSTER)).toEqual({ ...template.at(CLUSTER), engine_version: "17.8" });
  });

  test("has the backups, the database and the user that it is given", () => {
    const other = auroraTemplate(
      {
        backupRetentionDays: 35,
        backupWindow: "01:00-02:00",
        databaseName: "orders",
      },
      "baker",
    );
    expect(other.at(CLUSTER)).toEqual({
      ...template.at(CLUSTER),
      backup_retention_period: 35,
      preferred_backup_window: "01:00-02:00",
      database_name: "orders",
      master_username: "baker",
    });
  });

  test("maintains cluster and writer in the same window", () => {
    const other = auroraTemplate({ maintenanceWindow: "mon:03:00-mon:04:00" });
    const changed = { preferred_maintenance_window: "mon:03:00-mon:04:00" };
    expect(other.at(CLUSTER)).toEqual({ ...template.at(CLUSTER), ...changed });
    expect(other.at(WRITER)).toEqual({ ...template.at(WRITER), ...changed });
  });

  test("is monitored at the interval that it is given", () => {
    expect(auroraTemplate({ monitoringIntervalSeconds: 15 }).at(WRITER)).toEqual({
      ...template.at(WRITER),
      monitoring_interval: 15,
    });
  });

  test("has the writer's host name and the cluster's ARN as outputs", () => {
    const { json } = constructTemplate((scope) => {
      const cluster = aurora(scope);
      new TerraformOutput(scope, "Host", { value: cluster.endpoint });
      new TerraformOutput(scope, "Arn", { value: cluster.arn });
    });
    expect(json.output).toEqual({
      Host: { value: "${aws_rds_cluster.Database.endpoint}" },
      Arn: { value: "${aws_rds_cluster.Database.arn}" },
    });
  });

  test("measures its capacity under the name that CloudWatch knows it by", () => {
    constructTemplate((scope) => {
      expect(aurora(scope).metricCapacity()).toEqual({
        namespace: "AWS/RDS",
        name: "ServerlessDatabaseCapacity",
        dimensions: { DBClusterIdentifier: "shop-aurora" },
        statistic: "Average",
      });
    });
    expect.assertions(1);
  });
});
