import type { EnvironmentConfig } from "../../../src/config/environment";
import { table } from "./markdown";

/** Who decided a value. */
type Source = "handover" | "owner" | "project";

/** Why each field has its values. Fields of the handover need no further reason. */
const NOTES: Readonly<Record<string, readonly [source: Source, why: string]>> = {
  name: ["handover", "`Env`"],
  "account.id": ["owner", "One account for all environments; the one of the handover's default ARNs"],
  "account.region": ["handover", "Region"],
  protectData: ["owner", "Data is protected in prod and disposable in dev"],
  keyAdminArn: ["handover", "`KeyAdminArn`"],
  lambdaExecutionRoleArn: ["handover", "`LambdaExecutionRoleArn`"],
  secretReaderArns: [
    "owner",
    "The deploying and the planning principal: each plan reads the database secret, and a caller who is not listed locks itself out half-way. The two role names are a proposal; write the real ones",
  ],
  apiAllowedOrigin: ["handover", "`ApiAllowedOrigin`; prod's is the handover's placeholder, and synthesis warns of it"],
  alarmEmail: ["handover", "Alarms and budget alerts"],
  monthlyBudgetAmount: [
    "owner",
    "`MonthlyBudgetAmount`: USD 30 for dev is the handover's, USD 150 for prod the owner's",
  ],
  logRetentionDays: ["owner", "Two weeks of debugging in dev, a quarter in prod"],
  "network.vpcCidr": ["handover", "VPC; sixteen /20 subnets, the lower half public, the upper half private"],
  "network.zones": ["owner", "Literals: a look-up could shift them and would list local zones too"],
  "network.interfaceEndpoints": ["handover", "All four; shorten the list in dev when costs spike (runbook 4)"],
  "database.engineVersion": ["owner", "Minor upgrades happen by changing this field, never by themselves"],
  "database.minCapacity": ["handover", "0 ACU: the cluster pauses"],
  "database.maxCapacity": ["handover", "Capped at 2 ACU for beta; revisit before GA"],
  "database.autoPauseSeconds": ["owner", "Pause after ten idle minutes"],
  "database.backupRetentionDays": ["handover", "Retention"],
  "database.monitoringIntervalSeconds": ["handover", "Enhanced Monitoring"],
  "database.backupWindow": ["project", "01:30 to 02:30 in India, when the shop sleeps"],
  "database.maintenanceWindow": ["project", "Monday 03:00 to 04:00 in India, after the backup"],
  "database.finalSnapshot": ["project", "prod's last state survives also when the protection was lifted on purpose"],
  "database.databaseName": ["project", "The handover names the variable `DB_NAME` and not its value"],
  "database.masterUsername": ["project", "Not a reserved word of Aurora PostgreSQL"],
  "database.passwordVersion": ["owner", "Raise it by one to rotate the master password"],
  "storage.infrequentAccessAfterDays": ["handover", "Standard-IA"],
  "storage.archiveAfterDays": ["handover", "Glacier"],
  "storage.imagesArchiveClass": ["owner", "Instant Retrieval: CloudFront cannot serve the flexible class"],
  "storage.invoicesArchiveClass": ["owner", "Flexible Retrieval: nobody waits for a year-old invoice"],
  "storage.noncurrentVersionDays": ["project", "How long a mistake can be undone: a month in dev, a year in prod"],
  "storage.cdnPriceClass": ["project", "The cheapest class with edges in India"],
  "function.runtime": ["owner", "The newest Node.js that AWS provider 5.100.0 accepts"],
  "function.architecture": ["owner", "Graviton: a fifth cheaper for the same memory"],
  "function.handler": ["project", "Entry point of the default package"],
  "function.artifact": ["project", "Built by each synthesis; name your own .zip to ship another package"],
  "function.memoryMb": ["project", "A good quarter of a vCPU: enough for an API that waits for its database"],
  "function.timeoutSeconds": ["project", "As long as API Gateway waits"],
  "migrateFunction.runtime": ["project", "As for the function behind the API"],
  "migrateFunction.architecture": ["project", "As for the function behind the API"],
  "migrateFunction.handler": ["project", "Entry point of the package"],
  "migrateFunction.artifact": ["project", "Built by each synthesis from `src/database`"],
  "migrateFunction.memoryMb": ["project", "Most of its time it waits for the database"],
  "migrateFunction.timeoutSeconds": ["project", "Lambda's longest: an index on a large table takes minutes"],
  "api.throttleRateLimit": ["handover", "20 RPS"],
  "api.throttleBurstLimit": ["handover", "60 burst"],
  "api.monthlyQuota": ["handover", "100k a month for each API key of the usage plan"],
  "alarms.periodSeconds": ["project", "Five minutes: soon enough to act, long enough for AWS's metrics to arrive"],
  "alarms.lambdaErrors": ["project", "The shop is small: each error is worth a look"],
  "alarms.apiServerErrors": ["project", "As for the function"],
  "alarms.secretsManagerFailures": ["project", "One denied secret means that all are"],
  "alarms.auroraCapacity": ["handover", "`Aurora-ACU-High`"],
  "alarms.auroraCapacityPeriods": ["project", "Ten minutes: a short burst is what scaling is for"],
  "api.executionLogLevel": ["project", "dev shows each step of a request, prod errors alone; bodies are never logged"],
};

/**
 * Every field of an environment with its values and who decided them, as a Markdown table.
 *
 * @throws Error when a field has no note
 */
export function configurationTable(environments: readonly EnvironmentConfig[]): string {
  const flat = environments.map((config) => new Map(fields(config)));
  const names = [...(flat[0]?.keys() ?? [])];
  const rows = names.map((field) => {
    const note = NOTES[field];
    if (!note) {
      throw new Error(`${field} has no note; add one to tools/develop/docs/configuration-table.ts`);
    }
    return [`\`${field}\``, ...flat.map((values) => values.get(field) ?? ""), ...note];
  });
  return table([["Field", ...environments.map(({ name }) => name), "Decided by", "Meaning or reason"], ...rows]);
}

/** The fields in which environments differ, as a Markdown table. */
export function differencesTable(environments: readonly EnvironmentConfig[]): string {
  const flat = environments.map((config) => new Map(fields(config)));
  const names = [...(flat[0]?.keys() ?? [])].filter(
    (field) => field !== "name" && new Set(flat.map((values) => values.get(field))).size > 1,
  );
  return table([
    ["Field", ...environments.map(({ name }) => name)],
    ...names.map((field) => [`\`${field}\``, ...flat.map((values) => values.get(field) ?? "")]),
  ]);
}

function fields(value: object, prefix = ""): [field: string, value: string][] {
  return Object.entries(value).flatMap(([key, entry]: [string, unknown]): [string, string][] =>
    entry !== null && typeof entry === "object" && !Array.isArray(entry)
      ? fields(entry, `${prefix}${key}.`)
      : [[`${prefix}${key}`, cell(entry)]],
  );
}

function cell(value: unknown): string {
  return Array.isArray(value) ? value.map(cell).join(", ") : `\`${String(value)}\``;
}
