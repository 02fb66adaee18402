import type { Texts } from "./load";

/** Which environment is edited: the first or the last of the list. */
export type Where = "first" | "last";

/** Another value of a field, from the one that is there. */
type Other = (current: never) => unknown;

/** An ordinary edit of the configuration. */
export interface FieldEdit {
  readonly title: string;
  readonly where: Where;
  /** Fields, by `section.field`. */
  readonly fields: Readonly<Record<string, Other>>;
}

/** One of several values that is not the current one. */
const other =
  <T>(...values: readonly T[]) =>
  (current: T): T | undefined =>
    values.find((value) => JSON.stringify(value) !== JSON.stringify(current));
const plus =
  (step: number) =>
  (current: number): number =>
    current + step;

/** Edits that somebody makes on an ordinary day, or at night. */
export const EDITS: readonly FieldEdit[] = [
  { title: "rotates the database password", where: "last", fields: { "database.passwordVersion": plus(1) } },
  { title: "rotates the other database password", where: "first", fields: { "database.passwordVersion": plus(1) } },
  {
    title: "removes endpoints to save cost",
    where: "first",
    fields: { "network.interfaceEndpoints": other(["secretsmanager"], ["secretsmanager", "logs"]) },
  },
  { title: "removes all endpoints", where: "first", fields: { "network.interfaceEndpoints": other([], ["logs"]) } },
  {
    title: "sets the shop's own origin",
    where: "last",
    fields: { apiAllowedOrigin: other("https://shop.example.com", "https://www.example.com") },
  },
  {
    title: "moves the local front end",
    where: "first",
    fields: { apiAllowedOrigin: other("http://localhost:5173", "http://localhost:3000") },
  },
  { title: "raises the largest capacity", where: "last", fields: { "database.maxCapacity": plus(2) } },
  {
    title: "keeps the database awake",
    where: "last",
    fields: { "database.minCapacity": other(0.5, 1), "database.maxCapacity": other(4, 8) },
  },
  { title: "pauses later", where: "first", fields: { "database.autoPauseSeconds": other(1800, 3600) } },
  {
    title: "names the real secret readers",
    where: "last",
    fields: {
      secretReaderArns: other(
        ["arn:aws:iam::ACCOUNT:role/platform/Deployer", "arn:aws:iam::ACCOUNT:user/operator"],
        ["arn:aws:iam::ACCOUNT:role/Deployer"],
      ),
    },
  },
  {
    title: "runs the functions as another role",
    where: "last",
    fields: { lambdaExecutionRoleArn: other("arn:aws:iam::ACCOUNT:role/ShopRole", "arn:aws:iam::ACCOUNT:role/Other") },
  },
  {
    title: "names another key administrator",
    where: "first",
    fields: { keyAdminArn: other("arn:aws:iam::ACCOUNT:role/KeyAdmin", "arn:aws:iam::ACCOUNT:role/Other") },
  },
  {
    title: "mails another person",
    where: "last",
    fields: { alarmEmail: other("oncall@example.com", "ops@example.com") },
  },
  { title: "raises the budget", where: "last", fields: { monthlyBudgetAmount: plus(50) } },
  { title: "keeps logs for another time", where: "last", fields: { logRetentionDays: other(365, 180) } },
  {
    title: "ships the FastAPI package",
    where: "last",
    fields: {
      "function.runtime": other("python3.13", "python3.12"),
      "function.handler": other("main.handler", "app.handler"),
      "function.artifact": other("dist/migrate.zip", "dist/app.zip"),
      "function.architecture": other("x86_64", "arm64"),
    },
  },
  { title: "gives the function more memory", where: "last", fields: { "function.memoryMb": plus(512) } },
  { title: "shortens the function's time-out", where: "first", fields: { "function.timeoutSeconds": other(20, 10) } },
  { title: "gives migrations more memory", where: "last", fields: { "migrateFunction.memoryMb": plus(512) } },
  {
    title: "shortens the migrations' time-out",
    where: "last",
    fields: { "migrateFunction.timeoutSeconds": other(600, 300) },
  },
  { title: "adds a zone", where: "last", fields: { "network.zones": other(["a", "b", "c"], ["a", "b"]) } },
  {
    title: "moves to another address range",
    where: "first",
    fields: { "network.vpcCidr": other("10.1.0.0/16", "10.2.0.0/16") },
  },
  { title: "keeps backups longer", where: "last", fields: { "database.backupRetentionDays": other(14, 30) } },
  {
    title: "moves both windows",
    where: "last",
    fields: {
      "database.backupWindow": other("18:00-19:00", "19:00-20:00"),
      "database.maintenanceWindow": other("mon:22:00-mon:23:00", "tue:22:00-tue:23:00"),
    },
  },
  { title: "upgrades the engine", where: "first", fields: { "database.engineVersion": other("17.8", "17.9") } },
  { title: "monitors more closely", where: "last", fields: { "database.monitoringIntervalSeconds": other(15, 30) } },
  { title: "takes a final snapshot, or none", where: "last", fields: { "database.finalSnapshot": other(true, false) } },
  {
    title: "takes a final snapshot of disposable data, or none",
    where: "first",
    fields: { "database.finalSnapshot": other(true, false) },
  },
  {
    title: "changes the archive classes",
    where: "last",
    fields: {
      "storage.imagesArchiveClass": other("DEEP_ARCHIVE", "GLACIER_IR"),
      "storage.invoicesArchiveClass": other("DEEP_ARCHIVE", "GLACIER"),
    },
  },
  {
    title: "archives later",
    where: "last",
    fields: { "storage.infrequentAccessAfterDays": plus(30), "storage.archiveAfterDays": plus(365) },
  },
  {
    title: "keeps old versions for another time",
    where: "last",
    fields: { "storage.noncurrentVersionDays": other(180, 90) },
  },
  {
    title: "serves images from all edges",
    where: "last",
    fields: { "storage.cdnPriceClass": other("PriceClass_All", "PriceClass_200") },
  },
  {
    title: "raises the API's limits",
    where: "last",
    fields: {
      "api.throttleRateLimit": plus(30),
      "api.throttleBurstLimit": plus(60),
      "api.monthlyQuota": plus(100_000),
    },
  },
  { title: "logs less of the API", where: "first", fields: { "api.executionLogLevel": other("ERROR", "OFF") } },
  {
    title: "quietens the alarms",
    where: "last",
    fields: {
      "alarms.periodSeconds": other(600, 300),
      "alarms.lambdaErrors": plus(4),
      "alarms.apiServerErrors": plus(4),
      "alarms.secretsManagerFailures": plus(1),
      "alarms.auroraCapacity": other(1, 1.5),
      "alarms.auroraCapacityPeriods": plus(1),
    },
  },
  { title: "stops protecting data", where: "last", fields: { protectData: other(false, true) } },
  {
    title: "renames the database and its user, before the first deployment",
    where: "last",
    fields: { "database.databaseName": other("shop", "cakes"), "database.masterUsername": other("owner", "root_user") },
  },
];

/** Sets fields of one environment, in the text of the file. */
export function setFields({ environments: text, account }: Texts, { fields, where }: FieldEdit): Texts {
  const starts = [...text.matchAll(/^export const \w+: EnvironmentConfig = \{$/gm)].map(({ index }) => index);
  const start = starts.at(where === "first" ? 0 : -1) ?? 0;
  const end = text.indexOf("\n};", start);
  const id = /\d{12}/.exec(account)?.[0] ?? "";
  const edited = Object.entries(fields).reduce(
    (literal, [path, change]) => {
      const value = (current: unknown): string =>
        JSON.stringify((change as (current: unknown) => unknown)(current)).replaceAll("ACCOUNT", id);
      return setField(literal, path.split("."), value);
    },
    text.slice(start, end),
  );
  return { account, environments: text.slice(0, start) + edited + text.slice(end) };
}

/** Replaces a field's value, on one line or a list on several. */
function setField(literal: string, path: readonly string[], change: (current: unknown) => string): string {
  const [section, name] = path.length > 1 ? path : [undefined, path[0]];
  const from = section === undefined ? 0 : literal.search(new RegExp(`^  ${section}: \\{$`, "m"));
  const field = new RegExp(`^( +${name ?? ""}: )(\\[[^]*?\\]|[^\\n]*?),$`, "m");
  const rest = literal.slice(from);
  if (from < 0 || !field.test(rest)) {
    throw new Error(`There is no field ${path.join(".")} in\n${literal}`);
  }
  return (
    literal.slice(0, from) +
    rest.replace(field, (_, before: string, value: string) => `${before}${change(current(value))},`)
  );
}

/** A literal's value: JSON but for trailing commas and digit separators. */
function current(value: string): unknown {
  return JSON.parse(value.replace(/,\s*\]/, "]").replace(/(?<=\d)_(?=\d)/g, ""));
}
