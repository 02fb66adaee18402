import type * as z from "zod/mini";
import {
  AUTO_PAUSE_SINCE,
  CAPACITY_LIMIT,
  MONITORING_INTERVALS,
  RESERVED_DATABASES,
  RESERVED_USERS,
  RESERVED_WORDS,
} from "../../constructs/data/limits";
import { choice, decimal, flag, integer, rule, section, text } from "./field";
import { backupSpan, maintenanceSpan, overlapDaily } from "./windows";

const MAJORS = Object.keys(AUTO_PAUSE_SINCE);

const fields = section({
  /**
   * Aurora PostgreSQL version, `major.minor`. A minor upgrade happens only by changing it. AWS refuses a change of
   * the major version, which needs `allow_major_version_upgrade` and a plan of its own.
   */
  engineVersion: text({
    rule: `major.minor of Aurora PostgreSQL ${MAJORS.join(", ")}, such as 17.7`,
    pattern: new RegExp(`^(${MAJORS.join("|")})\\.(0|[1-9]\\d*)$`),
    source: "owner",
    reason: "Minor upgrades happen by changing this field, never by themselves",
  }),
  /** Smallest capacity in Aurora capacity units, in steps of 0.5. 0 lets the cluster pause. */
  minCapacity: capacity(0, "0 ACU: the cluster pauses"),
  /** Largest capacity in Aurora capacity units, in steps of 0.5; at least 1. */
  maxCapacity: capacity(1, "Capped at 2 ACU for beta; revisit before GA"),
  /** Idle seconds before the cluster pauses, 300 to 86,400. Has an effect only with `minCapacity` 0. */
  autoPauseSeconds: integer({
    min: 300,
    max: 86_400,
    unit: "seconds",
    source: "owner",
    reason: "Pause after ten idle minutes",
  }),
  /** Days that automated backups are kept, 1 to 35. */
  backupRetentionDays: integer({ min: 1, max: 35, unit: "days", source: "handover", reason: "Retention" }),
  /** Enhanced Monitoring interval in seconds: 1, 5, 10, 15, 30 or 60. */
  monitoringIntervalSeconds: choice(MONITORING_INTERVALS, {
    unit: "seconds",
    source: "handover",
    reason: "Enhanced Monitoring",
  }),
  /** Daily backup window in UTC, `hh:mm-hh:mm`, at least 30 minutes. */
  backupWindow: text({
    rule: "hh:mm-hh:mm in UTC, at least 30 minutes, such as 20:00-21:00",
    find: (window) =>
      backupSpan(window) ? undefined : "write hh:mm-hh:mm in UTC, at least 30 minutes, such as 20:00-21:00",
    source: "project",
    reason: "01:30 to 02:30 in India, when the shop sleeps",
  }),
  /** Weekly maintenance window in UTC, `ddd:hh:mm-ddd:hh:mm`, at least 30 minutes, apart from the backup window. */
  maintenanceWindow: text({
    rule: "ddd:hh:mm-ddd:hh:mm in UTC, 30 minutes to 24 hours, such as sun:21:30-sun:22:30",
    find: (window) =>
      maintenanceSpan(window)
        ? undefined
        : "write ddd:hh:mm-ddd:hh:mm in UTC, 30 minutes to 24 hours, such as sun:21:30-sun:22:30",
    source: "project",
    reason: "Monday 03:00 to 04:00 in India, after the backup",
  }),
  /** True takes a snapshot before the cluster is deleted; Terraform deletes no cluster without it. */
  finalSnapshot: flag({
    source: "project",
    reason: "The last state of protected data survives even when the protection was lifted on purpose",
  }),
  /** Name of the database that is created with the cluster; `DB_NAME` of the functions. */
  databaseName: text({
    ...identifier(RESERVED_DATABASES),
    source: "project",
    reason: "The handover names the variable `DB_NAME` and not its value",
  }),
  /** Master user name, stored in the `db` secret together with the password. */
  masterUsername: text({
    ...identifier(RESERVED_USERS),
    source: "project",
    reason: "Not a reserved word of Aurora PostgreSQL",
  }),
  /** Raise this number by one to generate a new master password with the next apply. */
  passwordVersion: integer({ min: 1, source: "owner", reason: "Raise it by one to rotate the master password" }),
});

type Database = z.infer<typeof fields>;

/** Aurora PostgreSQL, Serverless v2. */
export const database = fields.check(
  rule<Database>(["minCapacity", "maxCapacity"], ({ minCapacity, maxCapacity }) =>
    minCapacity > maxCapacity
      ? `it is above maxCapacity ${String(maxCapacity)}; lower it or raise maxCapacity`
      : undefined,
  ),
  rule<Database>(["engineVersion", "minCapacity"], ({ engineVersion, minCapacity }) => {
    const [major = "", minor] = engineVersion.split(".");
    const since = AUTO_PAUSE_SINCE[Number(major)] ?? 0;
    return minCapacity === 0 && Number(minor) < since
      ? `with minCapacity 0 the cluster pauses, which version ${major} can do from ${major}.${String(since)} on; raise one of them`
      : undefined;
  }),
  rule<Database>(["maintenanceWindow", "backupWindow"], ({ backupWindow, maintenanceWindow }) => {
    const [backup, maintenance] = [backupSpan(backupWindow), maintenanceSpan(maintenanceWindow)];
    return backup && maintenance && overlapDaily(backup, maintenance)
      ? `it overlaps backupWindow ${backupWindow}, which RDS refuses; move one of them`
      : undefined;
  }),
);

function capacity(least: number, reason: string): z.ZodMiniNumber {
  return decimal({
    rule: `Aurora capacity units from ${String(least)} to ${String(CAPACITY_LIMIT)} in steps of 0.5`,
    isRight: (value) => value >= least && value <= CAPACITY_LIMIT && Number.isInteger(value * 2),
    unit: "ACU",
    source: "handover",
    reason,
  });
}

/** Rules of a name in PostgreSQL, without quotes. */
function identifier(reserved: readonly string[]): Pick<Parameters<typeof text>[0], "rule" | "pattern" | "find"> {
  return {
    rule: "up to 63 lower-case letters, digits and underscores, a letter first, and no reserved word",
    pattern: /^[a-z][a-z0-9_]{0,62}$/,
    find: (name) =>
      [...reserved, ...RESERVED_WORDS].includes(name)
        ? "it is a reserved word of Aurora PostgreSQL, which RDS refuses; choose another name"
        : undefined,
  };
}
