import { ACCOUNT } from "./account";
import type { EnvironmentConfig } from "./environment";

/** Where daily work lands: disposable data, short retention. */
export const dev: EnvironmentConfig = {
  name: "dev",
  account: ACCOUNT,
  protectData: false,
  keyAdminArn: "arn:aws:iam::498192039865:user/kevin-mathew-admin",
  lambdaExecutionRoleArn: "arn:aws:iam::498192039865:role/Executioner",
  secretReaderArns: [
    "arn:aws:iam::498192039865:role/aleenascuisine-deploy",
    "arn:aws:iam::498192039865:role/aleenascuisine-plan",
  ],
  apiAllowedOrigin: "http://localhost:3000",
  alarmEmail: "matkevin00@gmail.com",
  monthlyBudgetAmount: 30,
  logRetentionDays: 14,
  network: {
    vpcCidr: "10.0.0.0/16",
    zones: ["a", "b"],
    interfaceEndpoints: ["secretsmanager", "rds", "rds-data", "logs"],
  },
  database: {
    engineVersion: "17.7",
    minCapacity: 0,
    maxCapacity: 2,
    autoPauseSeconds: 600,
    backupRetentionDays: 7,
    monitoringIntervalSeconds: 60,
    backupWindow: "20:00-21:00",
    maintenanceWindow: "sun:21:30-sun:22:30",
    finalSnapshot: false,
    databaseName: "aleenascuisine",
    masterUsername: "clusteradmin",
    passwordVersion: 1,
  },
  storage: {
    infrequentAccessAfterDays: 30,
    archiveAfterDays: 365,
    imagesArchiveClass: "GLACIER_IR",
    invoicesArchiveClass: "GLACIER",
    noncurrentVersionDays: 30,
    cdnPriceClass: "PriceClass_200",
  },
  function: {
    runtime: "nodejs22.x",
    architecture: "arm64",
    handler: "index.handler",
    artifact: "dist/app.zip",
    memoryMb: 512,
    timeoutSeconds: 29,
  },
  api: {
    throttleRateLimit: 20,
    throttleBurstLimit: 60,
    monthlyQuota: 100_000,
    executionLogLevel: "INFO",
  },
  alarms: {
    periodSeconds: 300,
    lambdaErrors: 1,
    apiServerErrors: 1,
    secretsManagerFailures: 1,
    auroraCapacity: 1.5,
    auroraCapacityPeriods: 2,
  },
};

/** What customers use: protected data, long retention. */
export const prod: EnvironmentConfig = {
  name: "prod",
  account: ACCOUNT,
  protectData: true,
  keyAdminArn: "arn:aws:iam::498192039865:user/kevin-mathew-admin",
  lambdaExecutionRoleArn: "arn:aws:iam::498192039865:role/Executioner",
  secretReaderArns: [
    "arn:aws:iam::498192039865:role/aleenascuisine-deploy",
    "arn:aws:iam::498192039865:role/aleenascuisine-plan",
  ],
  apiAllowedOrigin: "https://app.aleenascuisine.com",
  alarmEmail: "matkevin00@gmail.com",
  monthlyBudgetAmount: 150,
  logRetentionDays: 90,
  network: {
    vpcCidr: "10.0.0.0/16",
    zones: ["a", "b"],
    interfaceEndpoints: ["secretsmanager", "rds", "rds-data", "logs"],
  },
  database: {
    engineVersion: "17.7",
    minCapacity: 0,
    maxCapacity: 2,
    autoPauseSeconds: 600,
    backupRetentionDays: 7,
    monitoringIntervalSeconds: 60,
    backupWindow: "20:00-21:00",
    maintenanceWindow: "sun:21:30-sun:22:30",
    finalSnapshot: true,
    databaseName: "aleenascuisine",
    masterUsername: "clusteradmin",
    passwordVersion: 1,
  },
  storage: {
    infrequentAccessAfterDays: 30,
    archiveAfterDays: 365,
    imagesArchiveClass: "GLACIER_IR",
    invoicesArchiveClass: "GLACIER",
    noncurrentVersionDays: 365,
    cdnPriceClass: "PriceClass_200",
  },
  function: {
    runtime: "nodejs22.x",
    architecture: "arm64",
    handler: "index.handler",
    artifact: "dist/app.zip",
    memoryMb: 512,
    timeoutSeconds: 29,
  },
  api: {
    throttleRateLimit: 20,
    throttleBurstLimit: 60,
    monthlyQuota: 100_000,
    executionLogLevel: "ERROR",
  },
  alarms: {
    periodSeconds: 300,
    lambdaErrors: 1,
    apiServerErrors: 1,
    secretsManagerFailures: 1,
    auroraCapacity: 1.5,
    auroraCapacityPeriods: 2,
  },
};

/** Every environment that is synthesized. A third one is a third literal in this list. */
export const environments: readonly EnvironmentConfig[] = [dev, prod];
