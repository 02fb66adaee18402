import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../src/config/schema";
import { ACCOUNT, dev, prod } from "../fixtures/environments";
import { UserError } from "../../src/shared/user-error";
import { assertValid, configurationProblems } from "../../src/config/validate";

/** Fields to change, each section's fields apart. Values are unknown: a check has to survive what types refuse. */
type Change = {
  readonly [Field in keyof EnvironmentConfig]?: EnvironmentConfig[Field] extends readonly unknown[]
    ? readonly string[]
    : EnvironmentConfig[Field] extends object
      ? { readonly [Inner in keyof EnvironmentConfig[Field]]?: unknown }
      : unknown;
};

function changed(change: Change, base: EnvironmentConfig = dev): EnvironmentConfig {
  const fields = Object.entries(change).map(([field, value]) => {
    const isSection = typeof value === "object" && value !== null && !Array.isArray(value);
    return [field, isSection ? { ...(base[field as keyof EnvironmentConfig] as object), ...value } : value];
  });
  return { ...base, ...Object.fromEntries(fields) } as EnvironmentConfig;
}

/** Problems in the account of the fixtures. */
function problemsOf(environments: readonly EnvironmentConfig[]): string[] {
  return configurationProblems(environments, ACCOUNT);
}

/** What `assertValid` throws, or undefined. */
function failure(environments: readonly EnvironmentConfig[]): unknown {
  try {
    assertValid(environments, ACCOUNT);
  } catch (error) {
    return error;
  }
  return undefined;
}

type Row = readonly [title: string, change: Change, field: string, message: string];

const network = (vpcCidr: string): Change => ({ network: { vpcCidr } });
const windows = (backupWindow: string, maintenanceWindow: string): Change => ({
  database: { backupWindow, maintenanceWindow },
});

const folder = mkdtempSync(join(tmpdir(), "aleenascuisine-validate-"));
const folderNamedLikeAPackage = join(folder, "package.zip");
mkdirSync(folderNamedLikeAPackage);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const REFUSED: readonly Row[] = [
  ["a name has capital letters", { name: "Dev" }, "name", "write lower-case letters and digits"],
  ["a name starts with a digit", { name: "2dev" }, "name", "a letter first"],
  ["a name has a hyphen", { name: "dev-eu" }, "name", "write lower-case letters and digits"],
  ["a name is the foundation's", { name: "foundation" }, "name", "what exists once per account; choose another name"],
  [
    "the account is another one",
    { account: { id: "111122223333" } },
    "account.id",
    "one account, 498192039865 (src/config/account.ts)",
  ],
  [
    "the region is another one",
    { account: { region: "eu-west-1" } },
    "account.region",
    "all environments are in ap-south-1",
  ],

  [
    "a key administrator is not an ARN",
    { keyAdminArn: "kevin" },
    "keyAdminArn",
    "user/NAME or arn:aws:iam::ACCOUNT:role/NAME",
  ],
  [
    "a key administrator is a service's ARN",
    { keyAdminArn: "arn:aws:s3:::bucket" },
    "keyAdminArn",
    "write an IAM ARN of the form arn:aws:iam::ACCOUNT:user/NAME",
  ],
  [
    "a key administrator is of another account",
    { keyAdminArn: "arn:aws:iam::111122223333:user/kevin" },
    "keyAdminArn",
    "it belongs to account 111122223333; all environments are in 498192039865",
  ],
  [
    "an execution role is a user",
    { lambdaExecutionRoleArn: "arn:aws:iam::498192039865:user/kevin" },
    "lambdaExecutionRoleArn",
    "write an IAM ARN of the form arn:aws:iam::ACCOUNT:role/NAME",
  ],
  [
    "an execution role is of another account",
    { lambdaExecutionRoleArn: "arn:aws:iam::111122223333:role/Executioner" },
    "lambdaExecutionRoleArn",
    "it belongs to account 111122223333",
  ],
  [
    "a secret reader is a wildcard",
    { secretReaderArns: ["arn:aws:iam::498192039865:role/deploy", "*"] },
    "secretReaderArns[1]",
    "write an IAM ARN of the form",
  ],
  [
    "a secret reader is of another account",
    { secretReaderArns: ["arn:aws:iam::111122223333:role/deploy"] },
    "secretReaderArns[0]",
    "it belongs to account 111122223333",
  ],
  [
    "a secret reader is listed twice",
    { secretReaderArns: ["arn:aws:iam::498192039865:role/deploy", "arn:aws:iam::498192039865:role/deploy"] },
    "secretReaderArns",
    '"arn:aws:iam::498192039865:role/deploy" is listed twice; remove one',
  ],
  [
    "an origin has a path",
    { apiAllowedOrigin: "https://a.example/shop" },
    "apiAllowedOrigin",
    'write "https://a.example"',
  ],
  [
    "an origin has a trailing slash",
    { apiAllowedOrigin: "https://a.example/" },
    "apiAllowedOrigin",
    "no trailing slash",
  ],
  [
    "an origin has capital letters",
    { apiAllowedOrigin: "https://A.example" },
    "apiAllowedOrigin",
    'browsers send an origin without capital letters and in its shortest form; write "https://a.example"',
  ],
  [
    "an origin spells its scheme's port",
    { apiAllowedOrigin: "https://a.example:443" },
    "apiAllowedOrigin",
    'browsers leave out the port 443 that https has by default; write "https://a.example"',
  ],
  [
    "an origin has a user name and a password",
    { apiAllowedOrigin: "https://user:secret@a.example" },
    "apiAllowedOrigin",
    'an origin has no user name and no password; write "https://a.example"',
  ],
  [
    "an origin has a query",
    { apiAllowedOrigin: "https://a.example?x" },
    "apiAllowedOrigin",
    'an origin has no path and no trailing slash; write "https://a.example"',
  ],
  [
    "an origin has one slash too few",
    { apiAllowedOrigin: "https:/a.example" },
    "apiAllowedOrigin",
    "write scheme, host",
  ],
  ["an origin is every site", { apiAllowedOrigin: "*" }, "apiAllowedOrigin", "a wildcard lets every site call the API"],
  [
    "an origin is every subdomain",
    { apiAllowedOrigin: "https://*.a.example" },
    "apiAllowedOrigin",
    "name the one origin",
  ],
  [
    "an origin is of ftp",
    { apiAllowedOrigin: "ftp://a.example" },
    "apiAllowedOrigin",
    "write scheme, host and port if any",
  ],
  [
    "an origin has no scheme",
    { apiAllowedOrigin: "a.example" },
    "apiAllowedOrigin",
    "write scheme, host and port if any",
  ],
  [
    "an origin's host would end API Gateway's quotes",
    { apiAllowedOrigin: "https://a'b.example" },
    "apiAllowedOrigin",
    "a host name has letters, digits, hyphens and dots",
  ],
  [
    "an origin's host is a Terraform expression",
    { apiAllowedOrigin: "https://${x}.example" },
    "apiAllowedOrigin",
    "a host name has letters, digits, hyphens and dots",
  ],
  [
    "a CIDR block's leading zeros could be read as octal",
    network("010.0.0.0/16"),
    "network.vpcCidr",
    "write an IPv4 CIDR block",
  ],
  [
    "a version has a leading zero",
    { database: { engineVersion: "17.07" } },
    "database.engineVersion",
    "write major.minor",
  ],
  [
    "a package is a folder",
    { function: { artifact: folderNamedLikeAPackage } },
    "function.artifact",
    "it is not a file; write the path of the .zip file itself",
  ],
  ["an e-mail address has no host", { alarmEmail: "operator" }, "alarmEmail", "such as operator@example.com"],
  [
    "an e-mail address has no domain's end",
    { alarmEmail: "operator@example" },
    "alarmEmail",
    "write one e-mail address",
  ],
  [
    "there are two e-mail addresses",
    { alarmEmail: "a@example.com, b@example.com" },
    "alarmEmail",
    "write one e-mail address",
  ],
  ["a budget is nothing", { monthlyBudgetAmount: 0 }, "monthlyBudgetAmount", "an amount in USD greater than 0"],
  ["a budget is negative", { monthlyBudgetAmount: -30 }, "monthlyBudgetAmount", "an amount in USD greater than 0"],
  [
    "a budget is not a number",
    { monthlyBudgetAmount: Number.NaN },
    "monthlyBudgetAmount",
    "an amount in USD greater than 0",
  ],
  ["a budget has no end", { monthlyBudgetAmount: Infinity }, "monthlyBudgetAmount", "an amount in USD greater than 0"],
  ["CloudWatch has no such retention", { logRetentionDays: 10 }, "logRetentionDays", "write one of 1, 3, 5, 7, 14, 30"],

  ["a CIDR block is a word", network("private"), "network.vpcCidr", "write an IPv4 CIDR block, such as 10.0.0.0/16"],
  ["a CIDR block lacks an octet", network("10.0.0/16"), "network.vpcCidr", "write an IPv4 CIDR block"],
  ["a CIDR block lacks its prefix", network("10.0.0.0"), "network.vpcCidr", "write an IPv4 CIDR block"],
  ["a CIDR block's octet is above 255", network("10.0.256.0/16"), "network.vpcCidr", "write an IPv4 CIDR block"],
  ["a CIDR block's prefix is above 32", network("10.0.0.0/33"), "network.vpcCidr", "write an IPv4 CIDR block"],
  ["a CIDR block is of IPv6", network("2001:db8::/32"), "network.vpcCidr", "write an IPv4 CIDR block"],
  [
    "a CIDR block is larger than a VPC",
    network("10.0.0.0/15"),
    "network.vpcCidr",
    "use a prefix from /16 (AWS's largest VPC)",
  ],
  [
    "a CIDR block has no room for subnets",
    network("10.0.0.0/25"),
    "network.vpcCidr",
    "to /24 (a sixteenth of it is a /28",
  ],
  ["a CIDR block has host bits", network("10.0.1.0/16"), "network.vpcCidr", "write the block's first address"],
  [
    "a CIDR block has host bits in its last octet",
    network("10.0.0.1/24"),
    "network.vpcCidr",
    "bits set after the prefix",
  ],
  [
    "there is one zone",
    { network: { zones: ["a"] } },
    "network.zones",
    "at least two of a, b, c: Aurora needs subnets in two zones",
  ],
  ["a zone is unknown", { network: { zones: ["a", "d"] } }, "network.zones[1]", "write one of a, b, c"],
  [
    "a zone has the region in it",
    { network: { zones: ["a", "ap-south-1b"] } },
    "network.zones[1]",
    "write one of a, b, c",
  ],
  ["a zone is listed twice", { network: { zones: ["a", "a"] } }, "network.zones", '"a" is listed twice; remove one'],
  [
    "an endpoint is unknown",
    { network: { interfaceEndpoints: ["logs", "sqs"] } },
    "network.interfaceEndpoints[1]",
    "write one of secretsmanager, rds, rds-data, logs",
  ],
  [
    "an endpoint is listed twice",
    { network: { interfaceEndpoints: ["logs", "logs"] } },
    "network.interfaceEndpoints",
    '"logs" is listed twice; remove one',
  ],

  [
    "capacity starts below 0",
    { database: { minCapacity: -1 } },
    "database.minCapacity",
    "from 0 to 256 in steps of 0.5",
  ],
  [
    "capacity starts at a step that is not 0.5",
    { database: { minCapacity: 0.3 } },
    "database.minCapacity",
    "in steps of 0.5",
  ],
  [
    "capacity ends at a step that is not 0.5",
    { database: { maxCapacity: 2.2 } },
    "database.maxCapacity",
    "in steps of 0.5",
  ],
  [
    "capacity ends below 1",
    { database: { maxCapacity: 0.5 }, alarms: { auroraCapacity: 0.5 } },
    "database.maxCapacity",
    "from 1 to 256",
  ],
  [
    "capacity ends above Aurora's largest",
    { database: { maxCapacity: 256.5 } },
    "database.maxCapacity",
    "from 1 to 256",
  ],
  [
    "capacity starts above its end",
    { database: { minCapacity: 2.5 } },
    "database.minCapacity",
    "it is above maxCapacity 2; lower it or raise maxCapacity",
  ],
  [
    "the capacity alarm is above the largest capacity",
    { alarms: { auroraCapacity: 2.5 } },
    "alarms.auroraCapacity",
    "at most database.maxCapacity 2, or the alarm can never fire",
  ],
  [
    "the capacity alarm always fires",
    { alarms: { auroraCapacity: 0 } },
    "alarms.auroraCapacity",
    "write a capacity above 0",
  ],
  [
    "an alarm's period is not a whole number of minutes",
    { alarms: { periodSeconds: 90 } },
    "alarms.periodSeconds",
    "a multiple of 60",
  ],
  ["an alarm's period is too long", { alarms: { periodSeconds: 3660 } }, "alarms.periodSeconds", "from 60 to 3600"],
  ["an alarm always fires", { alarms: { lambdaErrors: 0 } }, "alarms.lambdaErrors", "at least 1"],
  ["half an answer fires", { alarms: { apiServerErrors: 0.5 } }, "alarms.apiServerErrors", "a whole number"],
  ["no failure fires", { alarms: { secretsManagerFailures: 0 } }, "alarms.secretsManagerFailures", "at least 1"],
  [
    "an alarm looks back for more than a day",
    { alarms: { auroraCapacityPeriods: 25 } },
    "alarms.auroraCapacityPeriods",
    "from 1 to 24",
  ],
  [
    "the pause comes too early",
    { database: { autoPauseSeconds: 299 } },
    "database.autoPauseSeconds",
    "from 300 to 86400",
  ],
  [
    "the pause comes too late",
    { database: { autoPauseSeconds: 86_401 } },
    "database.autoPauseSeconds",
    "from 300 to 86400",
  ],
  [
    "an engine version has no minor",
    { database: { engineVersion: "17" } },
    "database.engineVersion",
    "write major.minor",
  ],
  [
    "an engine version is of an unknown major",
    { database: { engineVersion: "12.9" } },
    "database.engineVersion",
    "Aurora PostgreSQL 13, 14, 15, 16, 17",
  ],
  ...["13.14", "14.11", "15.6", "16.2", "17.3"].map((engineVersion): Row => [
    `engine version ${engineVersion} is too old to pause`,
    { database: { engineVersion } },
    "database.engineVersion",
    "with minCapacity 0 the cluster pauses, which version",
  ]),
  [
    "an engine version is too old to pause, and reports the first version that can",
    { database: { engineVersion: "16.2" } },
    "database.engineVersion",
    "which version 16 can do from 16.3 on; raise one of them",
  ],
  [
    "backups are kept for no day",
    { database: { backupRetentionDays: 0 } },
    "database.backupRetentionDays",
    "from 1 to 35",
  ],
  [
    "backups are kept too long",
    { database: { backupRetentionDays: 36 } },
    "database.backupRetentionDays",
    "from 1 to 35",
  ],
  [
    "a monitoring interval is unknown",
    { database: { monitoringIntervalSeconds: 20 } },
    "database.monitoringIntervalSeconds",
    "write one of 1, 5, 10, 15, 30, 60",
  ],
  [
    "a backup window is malformed",
    { database: { backupWindow: "8pm-9pm" } },
    "database.backupWindow",
    "write hh:mm-hh:mm in UTC",
  ],
  [
    "a backup window has an hour too many",
    { database: { backupWindow: "24:00-01:00" } },
    "database.backupWindow",
    "write hh:mm-hh:mm in UTC",
  ],
  [
    "a backup window has three ends",
    { database: { backupWindow: "20:00-21:00-22:00" } },
    "database.backupWindow",
    "write hh:mm-hh:mm in UTC",
  ],
  [
    "a backup window is too short",
    { database: { backupWindow: "20:00-20:29" } },
    "database.backupWindow",
    "at least 30 minutes",
  ],
  [
    "a backup window is too short across the hour",
    { database: { backupWindow: "20:50-21:19" } },
    "database.backupWindow",
    "at least 30 minutes",
  ],
  [
    "a backup window is too short across midnight",
    { database: { backupWindow: "23:45-00:14" } },
    "database.backupWindow",
    "at least 30 minutes",
  ],
  [
    "a maintenance window has no days",
    { database: { maintenanceWindow: "21:30-22:30" } },
    "database.maintenanceWindow",
    "write ddd:hh:mm-ddd:hh:mm in UTC",
  ],
  [
    "a maintenance window has an unknown day",
    { database: { maintenanceWindow: "son:21:30-son:22:30" } },
    "database.maintenanceWindow",
    "such as sun:21:30-sun:22:30",
  ],
  [
    "a maintenance window ends on an unknown day",
    { database: { maintenanceWindow: "sun:21:30-son:22:30" } },
    "database.maintenanceWindow",
    "such as sun:21:30-sun:22:30",
  ],
  [
    "a maintenance window is too short",
    { database: { maintenanceWindow: "sun:21:30-sun:21:59" } },
    "database.maintenanceWindow",
    "30 minutes to 24 hours",
  ],
  [
    "a maintenance window is too long",
    { database: { maintenanceWindow: "sun:21:30-mon:21:31" } },
    "database.maintenanceWindow",
    "30 minutes to 24 hours",
  ],
  [
    "the windows overlap",
    windows("20:00-21:00", "sun:20:30-sun:21:30"),
    "database.maintenanceWindow",
    "it overlaps backupWindow 20:00-21:00, which RDS refuses; move one of them",
  ],
  [
    "the backup window is within the maintenance window",
    windows("20:00-20:30", "sun:19:00-sun:22:00"),
    "database.maintenanceWindow",
    "it overlaps backupWindow",
  ],
  [
    "a maintenance window of 24 hours leaves no time for backups",
    { database: { maintenanceWindow: "sun:21:30-mon:21:30" } },
    "database.maintenanceWindow",
    "it overlaps backupWindow 20:00-21:00",
  ],
  [
    "a backup window across midnight overlaps the maintenance window",
    windows("23:30-00:30", "mon:00:00-mon:01:00"),
    "database.maintenanceWindow",
    "it overlaps backupWindow 23:30-00:30",
  ],
  [
    "a maintenance window across midnight and the week's end overlaps the backup window",
    windows("00:15-00:45", "sun:23:30-mon:00:30"),
    "database.maintenanceWindow",
    "it overlaps backupWindow 00:15-00:45",
  ],
  [
    "a database name has a hyphen",
    { database: { databaseName: "aleenas-cuisine" } },
    "database.databaseName",
    "write up to 63 lower-case letters, digits and underscores",
  ],
  [
    "a database name is longer than PostgreSQL's",
    { database: { databaseName: "a".repeat(64) } },
    "database.databaseName",
    "write up to 63",
  ],
  [
    "a user name is reserved",
    { database: { masterUsername: "postgres" } },
    "database.masterUsername",
    "it is a reserved word of Aurora PostgreSQL",
  ],
  [
    "a user name is a word of SQL",
    { database: { masterUsername: "user" } },
    "database.masterUsername",
    "it is a reserved word of Aurora PostgreSQL, which RDS refuses; choose another name",
  ],
  ...["postgres", "template1", "rdsadmin", "order"].map((databaseName): Row => [
    `a database is named ${databaseName}`,
    { database: { databaseName } },
    "database.databaseName",
    "it is a reserved word of Aurora PostgreSQL, which RDS refuses; choose another name",
  ]),
  [
    "a user name starts with a digit",
    { database: { masterUsername: "1admin" } },
    "database.masterUsername",
    "a letter first",
  ],
  [
    "a user name is longer than PostgreSQL's",
    { database: { masterUsername: "a".repeat(64) } },
    "database.masterUsername",
    "write up to 63",
  ],
  [
    "a password version is 0",
    { database: { passwordVersion: 0 } },
    "database.passwordVersion",
    "write a whole number of at least 1",
  ],
  [
    "a password version is broken",
    { database: { passwordVersion: 1.5 } },
    "database.passwordVersion",
    "write a whole number of at least 1",
  ],

  [
    "objects move to Standard-IA before S3 lets them",
    { storage: { infrequentAccessAfterDays: 29 } },
    "storage.infrequentAccessAfterDays",
    "from 30 to 3650",
  ],
  [
    "objects are archived less than 30 days after the move to Standard-IA",
    { storage: { infrequentAccessAfterDays: 60, archiveAfterDays: 89 } },
    "storage.archiveAfterDays",
    "from 90 to 3650",
  ],
  [
    "old versions are kept for no day",
    { storage: { noncurrentVersionDays: 0 } },
    "storage.noncurrentVersionDays",
    "from 1 to 3650",
  ],
  [
    "the images' archive class is none",
    { storage: { imagesArchiveClass: "STANDARD_IA" } },
    "storage.imagesArchiveClass",
    "write one of GLACIER_IR, GLACIER, DEEP_ARCHIVE",
  ],
  [
    "the invoices' archive class is none",
    { storage: { invoicesArchiveClass: "ONEZONE_IA" } },
    "storage.invoicesArchiveClass",
    "write one of GLACIER_IR, GLACIER, DEEP_ARCHIVE",
  ],
  [
    "a price class is unknown",
    { storage: { cdnPriceClass: "PriceClass_300" } },
    "storage.cdnPriceClass",
    "write one of PriceClass_200, PriceClass_All, PriceClass_100",
  ],

  ["a runtime is unknown", { function: { runtime: "php8.3" } }, "function.runtime", "such as nodejs22.x or python3.13"],
  [
    "an architecture is unknown",
    { function: { architecture: "riscv" } },
    "function.architecture",
    "write one of arm64, x86_64",
  ],
  [
    "there is no handler",
    { function: { handler: "" } },
    "function.handler",
    "write the entry point in the runtime's form",
  ],
  ["a handler has a space", { function: { handler: "app main" } }, "function.handler", "write the entry point"],
  [
    "a handler is longer than Lambda's",
    { function: { handler: "a".repeat(129) } },
    "function.handler",
    "up to 128 characters",
  ],
  [
    "an artifact is not a zip",
    { function: { artifact: "dist/app.tar.gz" } },
    "function.artifact",
    "path of a .zip deployment package",
  ],
  [
    "an artifact is missing",
    { function: { artifact: "dist/none.zip" } },
    "function.artifact",
    "there is no such file; build the",
  ],
  ["memory is too little", { function: { memoryMb: 127 } }, "function.memoryMb", "from 128 to 10240"],
  ["memory is too much", { function: { memoryMb: 10_241 } }, "function.memoryMb", "from 128 to 10240"],
  [
    "API Gateway gives up before the time-out",
    { function: { timeoutSeconds: 30 } },
    "function.timeoutSeconds",
    "from 1 to 29",
  ],
  ["a time-out is 0", { function: { timeoutSeconds: 0 } }, "function.timeoutSeconds", "from 1 to 29"],

  ...(
    [
      ["runtime", "php8.3", "such as nodejs22.x or python3.13"],
      ["architecture", "riscv", "write one of arm64, x86_64"],
      ["handler", "", "write the entry point in the runtime's form"],
      ["artifact", "dist/migrate.tar.gz", "path of a .zip deployment package"],
      ["artifact", "dist/none.zip", "there is no such file; build the"],
      ["memoryMb", 127, "from 128 to 10240"],
      ["timeoutSeconds", 0, "from 1 to 900"],
      ["timeoutSeconds", 901, "from 1 to 900"],
    ] as const
  ).map(([field, value, message]): Row => [
    `the migrating function's ${field} is ${JSON.stringify(value)}`,
    { migrateFunction: { [field]: value } },
    `migrateFunction.${field}`,
    message,
  ]),

  ["a rate limit is 0", { api: { throttleRateLimit: 0 } }, "api.throttleRateLimit", "from 1 to 10000"],
  [
    "a rate limit is above the account's",
    { api: { throttleRateLimit: 10_001 } },
    "api.throttleRateLimit",
    "from 1 to 10000",
  ],
  ["a burst limit is 0", { api: { throttleBurstLimit: 0 } }, "api.throttleBurstLimit", "from 1 to 5000"],
  [
    "a burst limit is above the account's",
    { api: { throttleBurstLimit: 5_001 } },
    "api.throttleBurstLimit",
    "from 1 to 5000",
  ],
  ["a quota is 0", { api: { monthlyQuota: 0 } }, "api.monthlyQuota", "write a whole number of at least 1"],
  [
    "a log level is unknown",
    { api: { executionLogLevel: "DEBUG" } },
    "api.executionLogLevel",
    "write one of OFF, ERROR, INFO",
  ],
];

const ACCEPTED: readonly (readonly [title: string, change: Change])[] = [
  ["the longest name that AWS takes everywhere", { name: "e".repeat(34) }],
  ["a role as key administrator, with a path", { keyAdminArn: "arn:aws:iam::498192039865:role/team/Admin" }],
  ["no secret reader besides the role", { secretReaderArns: [] }],
  ["an origin with a port", { apiAllowedOrigin: "https://shop.example.com:8443" }],
  ["a budget of less than a dollar", { monthlyBudgetAmount: 0.5 }],
  ["the smallest CIDR block", network("192.168.7.0/24")],
  ["a CIDR block with a prefix within an octet", network("172.16.16.0/20")],
  ["three zones and no interface endpoint", { network: { zones: ["a", "b", "c"], interfaceEndpoints: [] } }],
  ["an engine that cannot pause where it need not", { database: { engineVersion: "16.2", minCapacity: 0.5 } }],
  ...["13.15", "14.12", "15.7", "16.3", "17.4"].map(
    (engineVersion) => [`engine version ${engineVersion}, which can pause`, { database: { engineVersion } }] as const,
  ),
  ["a capacity that never changes", { database: { minCapacity: 2, maxCapacity: 2 } }],
  ["Aurora's largest capacity", { database: { maxCapacity: 256 } }],
  ["the shortest names in a database", { database: { databaseName: "a", masterUsername: "b" } }],
  ["the longest names in a database", { database: { databaseName: "a".repeat(63), masterUsername: "b".repeat(63) } }],
  ["an alarm at the largest capacity", { database: { maxCapacity: 1 }, alarms: { auroraCapacity: 1 } }],
  ["windows that touch", windows("20:00-21:00", "sun:21:00-sun:21:30")],
  ["windows across midnight that touch", windows("23:30-00:30", "sun:00:30-sun:23:30")],
  ["an archive 30 days after Standard-IA", { storage: { infrequentAccessAfterDays: 30, archiveAfterDays: 60 } }],
  ["a Python function", { function: { runtime: "python3.13", handler: "app.main.handler", architecture: "x86_64" } }],
  ["the shortest entry point", { function: { runtime: "provided.al2023", handler: "b" } }],
  ["the largest function", { function: { memoryMb: 10_240, timeoutSeconds: 29 } }],
  ["the smallest function", { function: { memoryMb: 128, timeoutSeconds: 1 } }],
  ["a migrating function that stops before Lambda does", { migrateFunction: { timeoutSeconds: 60 } }],
  ["no execution log", { api: { executionLogLevel: "OFF" } }],
];

describe("configurationProblems", () => {
  test("finds nothing wrong with dev and prod", () => {
    expect(problemsOf([dev, prod])).toEqual([]);
  });

  test.each(REFUSED)("fails when %s", (_title, change, field, message) => {
    const config = changed(change);
    const problems = problemsOf([config]);
    expect(problems).toEqual([expect.stringContaining(message)]);
    expect(problems[0]).toMatch(new RegExp(`^${config.name}: ${field.replace(/[[\].]/g, "\\$&")} is `));
  });

  test.each(ACCEPTED)("accepts %s", (_title, change) => {
    expect(problemsOf([changed(change)])).toEqual([]);
  });

  test("fails once when a name is too long for several resources, and reports how long it may be", () => {
    const name = "e".repeat(41);
    expect(problemsOf([changed({ name })])).toEqual([
      `${name}: name is "${name}": use at most 34 characters: DB instance identifier "aleenascuisine-${name}-aurora-writer" has 70 characters, AWS accepts at most 63 (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html)`,
    ]);
  });

  test("fails when an environment has no name", () => {
    expect(problemsOf([changed({ name: "" })])).toEqual([
      'environments[0]: name is "": write lower-case letters and digits, a letter first; it becomes part of every name',
    ]);
  });

  test("fails once when two environments have one name", () => {
    expect(problemsOf([dev, changed({ name: "dev" }, prod)])).toEqual([
      'dev: name is "dev": another environment has this name; names and state would collide',
    ]);
  });
});

describe("a literal of another shape", () => {
  const written = (change: (literal: Record<string, unknown>) => void): string[] => {
    const literal = structuredClone(prod) as unknown as Record<string, unknown>;
    change(literal);
    return problemsOf([dev, literal as unknown as EnvironmentConfig]);
  };

  test("fails for each missing field and section, and checks the other environments all the same", () => {
    expect(
      written((literal) => {
        delete literal.protectData;
        delete literal.network;
        delete (literal.database as Record<string, unknown>).backupWindow;
      }),
    ).toEqual([
      "prod: protectData is missing: write true or false",
      "prod: network is missing: write a section with its fields",
      "prod: database.backupWindow is missing: write hh:mm-hh:mm in UTC, at least 30 minutes, such as 20:00-21:00",
    ]);
  });

  test("fails for a mistyped field, and for values of another type", () => {
    expect(
      written((literal) => {
        literal.alarmMail = "operator@example.com";
        literal.protectData = "no";
        literal.secretReaderArns = [7];
        literal.monthlyBudgetAmount = null;
        literal.name = 7;
        literal.storage = ["GLACIER"];
        literal.alarms = undefined;
      }),
    ).toEqual([
      "environments[1]: name is 7: write lower-case letters and digits, a letter first; it becomes part of every name",
      'environments[1]: protectData is "no": write true or false',
      "environments[1]: secretReaderArns[0] is 7: write an IAM ARN of the form arn:aws:iam::ACCOUNT:user/NAME or arn:aws:iam::ACCOUNT:role/NAME",
      "environments[1]: monthlyBudgetAmount is null: write an amount in USD greater than 0",
      'environments[1]: storage is ["GLACIER"]: write a section with its fields',
      "environments[1]: alarms is undefined: write a section with its fields",
      'environments[1]: alarmMail is "operator@example.com": there is no such field; remove it, or fix its name',
    ]);
  });

  test("fails for fields that every object inherits", () => {
    expect(
      written((literal) => {
        Object.assign(literal, { constructor: "prod" });
        Object.assign(literal.api as object, { toString: 1, hasOwnProperty: 2 });
      }),
    ).toEqual([
      "prod: api.toString is 1: there is no such field; remove it, or fix its name",
      "prod: api.hasOwnProperty is 2: there is no such field; remove it, or fix its name",
      'prod: constructor is "prod": there is no such field; remove it, or fix its name',
    ]);
  });

  test("checks rules that fields share although other fields are wrong", () => {
    expect(
      written((literal) => {
        delete literal.protectData;
        Object.assign(literal.database as object, { minCapacity: 4, backupWindow: "always", engineVersion: 17 });
        Object.assign(literal.alarms as object, { auroraCapacity: 3, lambdaErrors: 0 });
      }),
    ).toEqual([
      "prod: protectData is missing: write true or false",
      "prod: database.engineVersion is 17: write major.minor of Aurora PostgreSQL 13, 14, 15, 16, 17, such as 17.7",
      'prod: database.backupWindow is "always": write hh:mm-hh:mm in UTC, at least 30 minutes, such as 20:00-21:00',
      "prod: database.minCapacity is 4: it is above maxCapacity 2; lower it or raise maxCapacity",
      "prod: alarms.lambdaErrors is 0: write a whole number of at least 1",
      "prod: alarms.auroraCapacity is 3: write a capacity above 0 and at most database.maxCapacity 2, or the alarm can never fire",
    ]);
  });

  test.each<[string, unknown, string[]]>([
    ["an empty list", [], ["environments is []: there is no environment; add at least one to the list"]],
    ["no list", undefined, ["environments is undefined: write a list of environments, in square brackets"]],
    [
      "an environment that is not defined",
      [dev, undefined],
      ["environments[1] is undefined: write a section with its fields"],
    ],
    ["a text in place of an environment", ["dev", dev], ['environments[0] is "dev": write a section with its fields']],
    [
      "a list in place of an environment",
      [dev, [dev]],
      [expect.stringMatching(/^environments\[1\] is \[\{.*\}\]: write a section/) as string],
    ],
  ])("fails for %s", (_, environments, problems) => {
    expect(problemsOf(environments as readonly EnvironmentConfig[])).toEqual(problems);
  });
});

describe("assertValid", () => {
  test("accepts dev, prod and a third environment", () => {
    expect(failure([dev, prod, changed({ name: "staging" })])).toBeUndefined();
  });

  test("lists the problems of all environments at once, a line each", () => {
    const broken = [
      changed({ network: { zones: ["a"] }, function: { timeoutSeconds: 30 } }),
      changed({ apiAllowedOrigin: "https://app.aleenascuisine.com/", logRetentionDays: 10 }, prod),
    ];
    expect(failure(broken)).toStrictEqual(
      new UserError(
        [
          "The configuration has 4 problems; nothing was synthesized.",
          '  - dev: network.zones is ["a"]: write at least two of a, b, c: Aurora needs subnets in two zones',
          "  - dev: function.timeoutSeconds is 30: write a whole number from 1 to 29",
          '  - prod: apiAllowedOrigin is "https://app.aleenascuisine.com/": an origin has no path and no trailing slash; write "https://app.aleenascuisine.com"',
          "  - prod: logRetentionDays is 10: write one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
          "Environments are in src/config/environments.ts, each field is explained in docs/configuration.md.",
        ].join("\n"),
      ),
    );
  });

  test("shows a number that JSON does not know as it was written", () => {
    expect(problemsOf([changed({ monthlyBudgetAmount: Number.NaN })])).toEqual([
      "dev: monthlyBudgetAmount is NaN: write an amount in USD greater than 0",
    ]);
  });

  test("counts one problem in the singular", () => {
    expect(failure([dev, changed({ monthlyBudgetAmount: 0 }, prod)])).toStrictEqual(
      new UserError(
        [
          "The configuration has a problem; nothing was synthesized.",
          "  - prod: monthlyBudgetAmount is 0: write an amount in USD greater than 0",
          "Environments are in src/config/environments.ts, each field is explained in docs/configuration.md.",
        ].join("\n"),
      ),
    );
  });
});
