/** Enhanced Monitoring intervals, in seconds. @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
export const MONITORING_INTERVALS = [1, 5, 10, 15, 30, 60] as const;

/** First minor version that can pause, per major. @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html */
export const AUTO_PAUSE_SINCE: Readonly<Record<number, number>> = { 13: 15, 14: 12, 15: 7, 16: 3, 17: 4 };

/** Master user names that Aurora PostgreSQL reserves for itself. */
export const RESERVED_USERS: readonly string[] = ["admin", "postgres", "rdsadmin", "rdsrepladmin", "public"];

/** Largest capacity of a cluster, in Aurora capacity units. */
export const CAPACITY_LIMIT = 256;

/** Databases that every cluster has, or that Aurora PostgreSQL reserves for itself. */
export const RESERVED_DATABASES: readonly string[] = ["db", "postgres", "rdsadmin", "template0", "template1"];

/**
 * Reserved words of PostgreSQL 17, which RDS accepts neither as a database name nor as a master user name.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
 * @see https://www.postgresql.org/docs/17/sql-keywords-appendix.html
 */
export const RESERVED_WORDS: readonly string[] = (
  "all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation " +
  "column concurrently constraint create cross current_catalog current_date current_role current_schema current_time " +
  "current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze " +
  "from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like " +
  "limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary " +
  "references returning right select session_user similar some symmetric system_user table tablesample then to " +
  "trailing true union unique user using variadic verbose when where window with"
).split(" ");
