import { statSync } from "node:fs";
import { IPv4, parseCIDR } from "ipaddr.js";
import { API_GATEWAY_SECONDS, EXECUTION_LOG_LEVELS } from "../constructs/api/limits";
import { ARCHITECTURES, LAMBDA_SECONDS } from "../constructs/compute/limits";
import { AUTO_PAUSE_SINCE, CAPACITY_LIMIT, MONITORING_INTERVALS, RESERVED_USERS } from "../constructs/data/limits";
import { INTERFACE_ENDPOINTS } from "../constructs/network/limits";
import { LOG_RETENTION_DAYS } from "../constructs/observability/limits";
import { ARCHIVE_CLASSES, PRICE_CLASSES } from "../constructs/storage/limits";
import { FOUNDATION_STACK, nameProblems, stackName } from "./names";
import { ACCOUNT, REGION_ZONES } from "./account";
import type { EnvironmentConfig } from "./environment";
import { dev, prod } from "./environments";
import { commonShape, shapeProblems } from "./shape";
import { UserError } from "../shared/user-error";

const VPC_PREFIX = { largest: 16, smallest: 24 };

const DAY_MINUTES = 24 * 60;
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Says what is wrong with a field: its path, what was received, what to write instead. */
type Report = (field: string, received: unknown, remedy: string) => void;

/**
 * Every problem of a list of environments, in words that name the field, what was received and what
 * to do. Empty if there is none.
 *
 * @param environments - the list that is about to be synthesized
 */
export function configurationProblems(environments: readonly EnvironmentConfig[]): string[] {
  const problems = new Set<string>();
  const template = commonShape(dev, prod);
  for (const config of environments) {
    const report: Report = (field, received, remedy) => {
      problems.add(`${config.name || "(unnamed)"}: ${field} is ${shown(received)}: ${remedy}`);
    };
    const shape = shapeProblems(template, config);
    for (const { field, received, remedy } of shape) {
      report(field, received, remedy);
    }
    if (shape.length > 0) {
      continue; // What has the wrong shape cannot be looked at more closely.
    }
    checkIdentity(config, environments, report);
    checkPeople(config, report);
    checkNetwork(config, report);
    checkDatabase(config, report);
    checkStorage(config, report);
    checkFunction("function", config, API_GATEWAY_SECONDS, report);
    checkFunction("migrateFunction", config, LAMBDA_SECONDS, report);
    checkApi(config, report);
    checkAlarms(config, report);
  }
  return [...problems];
}

/**
 * Stops synthesis while the configuration has problems.
 *
 * @param environments - the list that is about to be synthesized
 * @throws UserError with all problems in one message
 */
export function assertValid(environments: readonly EnvironmentConfig[]): void {
  const problems = configurationProblems(environments);
  if (problems.length > 0) {
    throw new UserError(
      [
        `The configuration has ${problems.length === 1 ? "a problem" : `${String(problems.length)} problems`}; nothing was synthesized.`,
        ...problems.map((problem) => `  - ${problem}`),
        "Environments are in src/config/environments.ts, each field is explained in src/config/environment.ts.",
      ].join("\n"),
    );
  }
}

/** A value as it was written; JSON has no undefined, no NaN and no Infinity. */
function shown(received: unknown): string {
  return received === undefined || typeof received === "number" ? String(received) : JSON.stringify(received);
}

function checkIdentity(config: EnvironmentConfig, all: readonly EnvironmentConfig[], report: Report): void {
  if (!/^[a-z][a-z0-9]*$/.test(config.name)) {
    report("name", config.name, "use lower-case letters and digits, a letter first; it becomes part of every name");
  }
  if (stackName(config.name) === FOUNDATION_STACK) {
    report(
      "name",
      config.name,
      `the stack ${FOUNDATION_STACK} holds what exists once per account; choose another name`,
    );
  }
  if (all.filter(({ name }) => name === config.name).length > 1) {
    report("name", config.name, "another environment has this name; names and state would collide");
  }
  for (const problem of nameProblems(config.name)) {
    report("name", config.name, `too long: ${problem}`);
  }
  if (config.account.id !== ACCOUNT.id) {
    report(
      "account.id",
      config.account.id,
      `all environments live in one account, ${ACCOUNT.id} (src/config/account.ts)`,
    );
  }
  if (config.account.region !== ACCOUNT.region) {
    report(
      "account.region",
      config.account.region,
      `all environments live in ${ACCOUNT.region} (src/config/account.ts)`,
    );
  }
}

function checkPeople(config: EnvironmentConfig, report: Report): void {
  checkPrincipal("keyAdminArn", config.keyAdminArn, ["user", "role"], report);
  checkPrincipal("lambdaExecutionRoleArn", config.lambdaExecutionRoleArn, ["role"], report);
  config.secretReaderArns.forEach((arn, index) => {
    checkPrincipal(`secretReaderArns[${String(index)}]`, arn, ["user", "role"], report);
  });
  checkDistinct("secretReaderArns", config.secretReaderArns, report);
  checkOrigin(config.apiAllowedOrigin, report);
  if (!/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(config.alarmEmail)) {
    report("alarmEmail", config.alarmEmail, "write one e-mail address, such as operator@example.com");
  }
  if (!(Number.isFinite(config.monthlyBudgetAmount) && config.monthlyBudgetAmount > 0)) {
    report("monthlyBudgetAmount", config.monthlyBudgetAmount, "write an amount in USD greater than 0");
  }
  checkOneOf("logRetentionDays", config.logRetentionDays, LOG_RETENTION_DAYS, report);
}

function checkPrincipal(field: string, arn: string, kinds: readonly string[], report: Report): void {
  const match = /^arn:aws:iam::(\d{12}):(user|role)\/[\w+=,.@/-]+$/.exec(arn);
  const form = kinds.map((kind) => `arn:aws:iam::${ACCOUNT.id}:${kind}/NAME`).join(" or ");
  if (!match || !kinds.includes(match[2] ?? "")) {
    report(field, arn, `write an IAM ARN of the form ${form}`);
  } else if (match[1] !== ACCOUNT.id) {
    report(field, arn, `it belongs to account ${match[1] ?? ""}; all environments live in ${ACCOUNT.id}`);
  }
}

function checkOrigin(origin: string, report: Report): void {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (origin.includes("*")) {
    report("apiAllowedOrigin", origin, "a wildcard lets every site call the API; name the one origin");
  } else if (!url || !["http:", "https:"].includes(url.protocol)) {
    report("apiAllowedOrigin", origin, "write scheme, host and port if any, such as https://app.example.com");
  } else if (!/^([a-z0-9.-]+|\[[0-9a-f:]+\])$/.test(url.hostname)) {
    report("apiAllowedOrigin", origin, "a host name has letters, digits, hyphens and dots");
  } else if (url.origin !== origin) {
    report(
      "apiAllowedOrigin",
      origin,
      `an origin has no path, no trailing slash and no capital letters; write "${url.origin}"`,
    );
  }
}

function checkNetwork({ network }: EnvironmentConfig, report: Report): void {
  checkCidr(network.vpcCidr, report);
  if (network.zones.length < 2) {
    report("network.zones", network.zones, "Aurora asks for subnets in at least two zones");
  }
  for (const zone of network.zones) {
    checkOneOf("network.zones", zone, REGION_ZONES, report);
  }
  checkDistinct("network.zones", network.zones, report);
  for (const endpoint of network.interfaceEndpoints) {
    checkOneOf("network.interfaceEndpoints", endpoint, INTERFACE_ENDPOINTS, report);
  }
  checkDistinct("network.interfaceEndpoints", network.interfaceEndpoints, report);
}

function checkCidr(cidr: string, report: Report): void {
  const example = "such as 10.0.0.0/16";
  let prefix: number;
  try {
    const [parsed, length] = parseCIDR(cidr);
    if (parsed.kind() !== "ipv4" || cidr !== `${parsed.toString()}/${String(length)}`) {
      throw new Error("not IPv4 in its usual form");
    }
    prefix = length;
  } catch {
    report("network.vpcCidr", cidr, `write an IPv4 CIDR block, ${example}`);
    return;
  }
  if (prefix < VPC_PREFIX.largest || prefix > VPC_PREFIX.smallest) {
    report(
      "network.vpcCidr",
      cidr,
      `use a prefix from /${String(VPC_PREFIX.largest)} (AWS's largest VPC) to /${String(VPC_PREFIX.smallest)} (a sixteenth of it is a /28, AWS's smallest subnet)`,
    );
    return;
  }
  const first = `${IPv4.networkAddressFromCIDR(cidr).toString()}/${String(prefix)}`;
  if (cidr !== first) {
    report(
      "network.vpcCidr",
      cidr,
      `the address has bits set behind the prefix; write the block's first address, ${first}`,
    );
  }
}

function checkDatabase({ database }: EnvironmentConfig, report: Report): void {
  checkCapacity(database, report);
  checkEngineVersion(database, report);
  checkWindows(database, report);
  checkInteger("database.backupRetentionDays", database.backupRetentionDays, 1, 35, report);
  checkOneOf("database.monitoringIntervalSeconds", database.monitoringIntervalSeconds, MONITORING_INTERVALS, report);
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(database.databaseName)) {
    report(
      "database.databaseName",
      database.databaseName,
      "use up to 63 lower-case letters, digits and underscores, a letter first",
    );
  }
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(database.masterUsername) || RESERVED_USERS.includes(database.masterUsername)) {
    report(
      "database.masterUsername",
      database.masterUsername,
      `use up to 63 lower-case letters, digits and underscores, a letter first, and none of ${RESERVED_USERS.join(", ")}`,
    );
  }
  checkInteger("database.passwordVersion", database.passwordVersion, 1, Number.MAX_SAFE_INTEGER, report);
}

function checkCapacity(database: EnvironmentConfig["database"], report: Report): void {
  const { minCapacity, maxCapacity } = database;
  const range = { minCapacity: 0, maxCapacity: 1 } as const;
  for (const field of ["minCapacity", "maxCapacity"] as const) {
    const value = database[field];
    if (!(value >= range[field] && value <= CAPACITY_LIMIT && Number.isInteger(value * 2))) {
      report(
        `database.${field}`,
        value,
        `write Aurora capacity units from ${String(range[field])} to ${String(CAPACITY_LIMIT)} in steps of 0.5`,
      );
    }
  }
  if (minCapacity > maxCapacity) {
    report(
      "database.minCapacity",
      minCapacity,
      `it is above maxCapacity ${String(maxCapacity)}; lower it or raise maxCapacity`,
    );
  }
  checkInteger("database.autoPauseSeconds", database.autoPauseSeconds, 300, 86_400, report);
}

function checkEngineVersion({ engineVersion, minCapacity }: EnvironmentConfig["database"], report: Report): void {
  const match = /^(\d+)\.(0|[1-9]\d*)$/.exec(engineVersion);
  const major = Number(match?.[1]);
  const since = AUTO_PAUSE_SINCE[major];
  if (!match || since === undefined) {
    report(
      "database.engineVersion",
      engineVersion,
      `write major.minor of Aurora PostgreSQL ${Object.keys(AUTO_PAUSE_SINCE).join(", ")}, such as 17.7`,
    );
  } else if (minCapacity === 0 && Number(match[2]) < since) {
    report(
      "database.engineVersion",
      engineVersion,
      `minCapacity 0 lets the cluster pause, which ${String(major)} can do from ${String(major)}.${String(since)} on`,
    );
  }
}

function checkWindows(database: EnvironmentConfig["database"], report: Report): void {
  const backup = backupMinutes(database.backupWindow);
  const maintenance = maintenanceMinutes(database.maintenanceWindow);
  if (!backup) {
    report(
      "database.backupWindow",
      database.backupWindow,
      "write hh:mm-hh:mm in UTC, at least 30 minutes, such as 20:00-21:00",
    );
  }
  if (!maintenance) {
    report(
      "database.maintenanceWindow",
      database.maintenanceWindow,
      "write ddd:hh:mm-ddd:hh:mm in UTC, 30 minutes to 24 hours, such as sun:21:30-sun:22:30",
    );
  }
  if (backup && maintenance && overlapDaily(backup, maintenance)) {
    report(
      "database.maintenanceWindow",
      database.maintenanceWindow,
      `it overlaps backupWindow ${database.backupWindow}, which RDS refuses; move one of them`,
    );
  }
}

/** A span of time in minutes, its start counted from the beginning of a day. */
interface Span {
  /** Minutes after midnight, UTC. */
  readonly start: number;
  /** Minutes. */
  readonly length: number;
}

function clockMinutes(clock: string): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(clock);
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined;
}

function backupMinutes(window: string): Span | undefined {
  const [start, end] = window.split("-").map(clockMinutes);
  if (start === undefined || end === undefined || window.split("-").length !== 2) {
    return undefined;
  }
  const length = (end - start + DAY_MINUTES) % DAY_MINUTES;
  return length >= 30 ? { start, length } : undefined;
}

function maintenanceMinutes(window: string): Span | undefined {
  const match = /^([a-z]{3}):(\d\d:\d\d)-([a-z]{3}):(\d\d:\d\d)$/.exec(window);
  const [startDay, endDay] = [WEEKDAYS.indexOf(match?.[1] ?? ""), WEEKDAYS.indexOf(match?.[3] ?? "")];
  const [start, end] = [clockMinutes(match?.[2] ?? ""), clockMinutes(match?.[4] ?? "")];
  if (startDay < 0 || endDay < 0 || start === undefined || end === undefined) {
    return undefined;
  }
  const week = 7 * DAY_MINUTES;
  const length = ((endDay - startDay) * DAY_MINUTES + end - start + week) % week;
  return length >= 30 && length <= DAY_MINUTES ? { start, length } : undefined;
}

/** Whether a span that recurs every day meets another one at some time of day. */
function overlapDaily(a: Span, b: Span): boolean {
  const after = (from: Span, to: Span): number => (to.start - from.start + DAY_MINUTES) % DAY_MINUTES;
  return after(a, b) < a.length || after(b, a) < b.length;
}

function checkStorage({ storage }: EnvironmentConfig, report: Report): void {
  checkInteger("storage.infrequentAccessAfterDays", storage.infrequentAccessAfterDays, 30, 3650, report);
  checkInteger(
    "storage.archiveAfterDays",
    storage.archiveAfterDays,
    storage.infrequentAccessAfterDays + 30,
    3650,
    report,
  );
  checkInteger("storage.noncurrentVersionDays", storage.noncurrentVersionDays, 1, 3650, report);
  checkOneOf("storage.imagesArchiveClass", storage.imagesArchiveClass, ARCHIVE_CLASSES, report);
  checkOneOf("storage.invoicesArchiveClass", storage.invoicesArchiveClass, ARCHIVE_CLASSES, report);
  checkOneOf("storage.cdnPriceClass", storage.cdnPriceClass, PRICE_CLASSES, report);
}

function checkFunction(
  section: "function" | "migrateFunction",
  config: EnvironmentConfig,
  longest: number,
  report: Report,
): void {
  const { runtime, architecture, handler, artifact, memoryMb, timeoutSeconds } = config[section];
  if (!/^(nodejs|python|java|dotnet|ruby|provided)[a-z0-9.]*$/.test(runtime)) {
    report(`${section}.runtime`, runtime, "write a Lambda runtime identifier, such as nodejs22.x or python3.13");
  }
  checkOneOf(`${section}.architecture`, architecture, ARCHITECTURES, report);
  if (!/^\S{1,128}$/.test(handler)) {
    report(
      `${section}.handler`,
      handler,
      "write the entry point in the runtime's form, such as index.handler, up to 128 characters",
    );
  }
  if (!artifact.endsWith(".zip")) {
    report(
      `${section}.artifact`,
      artifact,
      "write the path of a .zip deployment package, relative to the project's folder",
    );
  } else if (statSync(artifact, { throwIfNoEntry: false })?.isFile() !== true) {
    report(`${section}.artifact`, artifact, "there is no such file; build the package first, or mend the path");
  }
  checkInteger(`${section}.memoryMb`, memoryMb, 128, 10_240, report);
  checkInteger(`${section}.timeoutSeconds`, timeoutSeconds, 1, longest, report);
}

function checkApi({ api }: EnvironmentConfig, report: Report): void {
  checkInteger("api.throttleRateLimit", api.throttleRateLimit, 1, 10_000, report);
  checkInteger("api.throttleBurstLimit", api.throttleBurstLimit, 1, 5_000, report);
  checkInteger("api.monthlyQuota", api.monthlyQuota, 1, Number.MAX_SAFE_INTEGER, report);
  checkOneOf("api.executionLogLevel", api.executionLogLevel, EXECUTION_LOG_LEVELS, report);
}

function checkAlarms({ alarms, database: { maxCapacity } }: EnvironmentConfig, report: Report): void {
  const { auroraCapacity, periodSeconds } = alarms;
  if (!(Number.isInteger(periodSeconds / 60) && periodSeconds >= 60 && periodSeconds <= 3600)) {
    report("alarms.periodSeconds", periodSeconds, "write a multiple of 60 from 60 to 3600");
  }
  for (const field of ["lambdaErrors", "apiServerErrors", "secretsManagerFailures"] as const) {
    checkInteger(`alarms.${field}`, alarms[field], 1, Number.MAX_SAFE_INTEGER, report);
  }
  if (!(auroraCapacity > 0 && auroraCapacity <= maxCapacity)) {
    report(
      "alarms.auroraCapacity",
      auroraCapacity,
      `write a capacity above 0 and at most database.maxCapacity ${String(maxCapacity)}, or the alarm can never fire`,
    );
  }
  // CloudWatch looks back one day at most.
  checkInteger("alarms.auroraCapacityPeriods", alarms.auroraCapacityPeriods, 1, 24, report);
}

function checkInteger(field: string, value: number, min: number, max: number, report: Report): void {
  if (!(Number.isInteger(value) && value >= min && value <= max)) {
    report(
      field,
      value,
      max === Number.MAX_SAFE_INTEGER
        ? `write a whole number of at least ${String(min)}`
        : `write a whole number from ${String(min)} to ${String(max)}`,
    );
  }
}

function checkOneOf<T extends string | number>(field: string, value: T, allowed: readonly T[], report: Report): void {
  if (!allowed.includes(value)) {
    report(field, value, `use one of ${allowed.join(", ")}`);
  }
}

function checkDistinct(field: string, values: readonly string[], report: Report): void {
  if (new Set(values).size !== values.length) {
    report(field, values, "an entry stands there twice; remove one");
  }
}
