/** Enhanced Monitoring intervals, in seconds. @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
export const MONITORING_INTERVALS = [1, 5, 10, 15, 30, 60] as const;

/** First minor version that can pause, per major. @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html */
export const AUTO_PAUSE_SINCE: Readonly<Record<number, number>> = { 13: 15, 14: 12, 15: 7, 16: 3, 17: 4 };

/** Master user names that Aurora PostgreSQL reserves. */
export const RESERVED_USERS: readonly string[] = ["admin", "postgres", "rdsadmin", "rdsrepladmin", "public"];

/** Largest capacity of a cluster, in Aurora capacity units. */
export const CAPACITY_LIMIT = 256;
