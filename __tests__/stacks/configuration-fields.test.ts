import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import type { EnvironmentConfig } from "../../src/config/schema";
import { dev } from "../fixtures/environments";
import { environmentTemplate } from "../helpers/stack-templates";

const folder = mkdtempSync(join(tmpdir(), "aleenascuisine-package-"));
const otherPackage = join(folder, "fastapi.zip");
writeFileSync(otherPackage, zipSync({ "main.py": new TextEncoder().encode("app = None\n") }));

/**
 * Another value of each field, and where it has to arrive: a fragment of the synthesized JSON that is
 * not there with dev's own value. None where the value takes something away.
 */
const OTHER_VALUES: Readonly<Record<string, readonly [value: unknown, arrives?: string]>> = {
  name: ["stage", "aleenascuisine-stage-app"],
  "account.id": ["111122223333", "arn:aws:iam::111122223333:root"],
  "account.region": ["ap-south-2", "com.amazonaws.ap-south-2.s3"],
  protectData: [true, '"prevent_destroy": true'],
  keyAdminArn: ["arn:aws:iam::498192039865:user/other", "user/other"],
  lambdaExecutionRoleArn: ["arn:aws:iam::498192039865:role/Other", "role/Other"],
  secretReaderArns: [["arn:aws:iam::498192039865:role/other-reader"], "role/other-reader"],
  apiAllowedOrigin: ["https://shop.example.com", "'https://shop.example.com'"],
  alarmEmail: ["other@example.com", "other@example.com"],
  monthlyBudgetAmount: [31, '"limit_amount": "31"'],
  logRetentionDays: [30, '"retention_in_days": 30'],
  "network.vpcCidr": ["10.1.0.0/20", '"cidr_block": "10.1.0.0/24"'],
  "network.zones": [["b", "c"], '"ap-south-1c"'],
  "network.interfaceEndpoints": [["logs"]],
  "database.engineVersion": ["16.10", '"aurora-postgresql16"'],
  "database.minCapacity": [0.5, '"min_capacity": 0.5'],
  "database.maxCapacity": [4, '"max_capacity": 4'],
  "database.autoPauseSeconds": [300, '"seconds_until_auto_pause": 300'],
  "database.backupRetentionDays": [14, '"backup_retention_period": 14'],
  "database.monitoringIntervalSeconds": [30, '"monitoring_interval": 30'],
  "database.backupWindow": ["18:00-19:00", '"preferred_backup_window": "18:00-19:00"'],
  "database.maintenanceWindow": ["mon:21:30-mon:22:30", '"preferred_maintenance_window": "mon:21:30-mon:22:30"'],
  "database.finalSnapshot": [true, '"skip_final_snapshot": false'],
  "database.databaseName": ["cakes", '"DB_NAME": "cakes"'],
  "database.masterUsername": ["owner", '"master_username": "owner"'],
  "database.passwordVersion": [2, '"secret_string_wo_version": 2'],
  "storage.infrequentAccessAfterDays": [60, '"days": 60'],
  "storage.archiveAfterDays": [180, '"days": 180'],
  "storage.imagesArchiveClass": ["DEEP_ARCHIVE", '"storage_class": "DEEP_ARCHIVE"'],
  "storage.invoicesArchiveClass": ["DEEP_ARCHIVE", '"storage_class": "DEEP_ARCHIVE"'],
  "storage.noncurrentVersionDays": [90, '"noncurrent_days": 90'],
  "storage.cdnPriceClass": ["PriceClass_All", '"price_class": "PriceClass_All"'],
  "function.runtime": ["python3.13", '"runtime": "python3.13"'],
  "function.architecture": ["x86_64", '"x86_64"'],
  "function.handler": ["main.handler", '"handler": "main.handler"'],
  "function.artifact": [otherPackage, "fastapi.zip"],
  "function.memoryMb": [1024, '"memory_size": 1024'],
  "function.timeoutSeconds": [20, '"timeout": 20'],
  "migrateFunction.runtime": ["nodejs24.x", '"runtime": "nodejs24.x"'],
  "migrateFunction.architecture": ["x86_64", '"x86_64"'],
  "migrateFunction.handler": ["migrate.handler", '"handler": "migrate.handler"'],
  "migrateFunction.artifact": [otherPackage, "fastapi.zip"],
  "migrateFunction.memoryMb": [2048, '"memory_size": 2048'],
  "migrateFunction.timeoutSeconds": [600, '"timeout": 600'],
  "api.throttleRateLimit": [40, '"throttling_rate_limit": 40'],
  "api.throttleBurstLimit": [80, '"throttling_burst_limit": 80'],
  "api.monthlyQuota": [5, '"limit": 5'],
  "alarms.periodSeconds": [60, '"period": 60'],
  "alarms.lambdaErrors": [2, "failed at least 2 times"],
  "alarms.apiServerErrors": [3, "5xx at least 3 times"],
  "alarms.secretsManagerFailures": [4, '"threshold": 4'],
  "alarms.auroraCapacity": [1, "has used 1 ACU or more"],
  "alarms.auroraCapacityPeriods": [3, '"datapoints_to_alarm": 3'],
  "api.executionLogLevel": ["OFF", '"logging_level": "OFF"'],
};

function fieldsOf(value: object, prefix = ""): string[] {
  return Object.entries(value).flatMap(([key, entry]: [string, unknown]) =>
    entry !== null && typeof entry === "object" && !Array.isArray(entry)
      ? fieldsOf(entry, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}

function withField(config: EnvironmentConfig, field: string, value: unknown): EnvironmentConfig {
  const copy = structuredClone(config) as unknown as Record<string, Record<string, unknown>>;
  const [first = "", second] = field.split(".");
  const target = second === undefined ? (copy as Record<string, unknown>) : copy[first];
  if (target) {
    target[second ?? first] = value;
  }
  return copy as unknown as EnvironmentConfig;
}

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const original = environmentTemplate(dev).text;

test("the table below names every field of an environment", () => {
  expect(Object.keys(OTHER_VALUES).sort()).toEqual(fieldsOf(dev).sort());
});

test.each(Object.entries(OTHER_VALUES))("%s changes the output", (field, [value, arrives]) => {
  const changed = environmentTemplate(withField(dev, field, value)).text;
  expect(changed).not.toBe(original);
  if (arrives !== undefined) {
    expect(changed).toContain(arrives);
    expect(original).not.toContain(arrives);
  }
});
