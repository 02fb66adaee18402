import type { ExecutionLogLevel } from "../constructs/api/limits";
import type { Architecture } from "../constructs/compute/limits";
import type { InterfaceEndpoint } from "../constructs/network/limits";
import type { ArchiveClass, PriceClass } from "../constructs/storage/limits";
import type { AwsAccount } from "../shared/aws-account";

/**
 * Everything that may differ between two environments. Plain data: no field is computed, none is
 * optional, and nothing outside `environments.ts` decides by an environment's name.
 *
 * Fields that the handover has as SAM parameters carry the parameter's name. `docs/configuration.md`
 * lists every field with its value per environment and the reason.
 */
export interface EnvironmentConfig {
  /** `Env` of the handover: the `{env}` of every name, tag and stage. Lower-case letters and digits. */
  readonly name: string;
  /** The account and region that the environment lives in. */
  readonly account: AwsAccount;
  /**
   * True where data must survive a mistake: `prevent_destroy` on every type of
   * `PROTECTED_TYPES`, deletion protection, a 30-day secret recovery window, buckets that are not
   * emptied. False where an environment is made and thrown away.
   */
  readonly protectData: boolean;

  /** `KeyAdminArn`: IAM principal that administers the CMK. The secrets' policies do not deny it reading. */
  readonly keyAdminArn: string;
  /** `LambdaExecutionRoleArn`: IAM role of the functions, made and kept outside this project. */
  readonly lambdaExecutionRoleArn: string;
  /**
   * IAM principals that read the secrets beside the execution role and the key administrator: whoever
   * plans or deploys, since every plan reads the database secret. ARNs of users or roles.
   */
  readonly secretReaderArns: readonly string[];
  /** `ApiAllowedOrigin`: the one origin that browsers may call the API from. Scheme, host, port. */
  readonly apiAllowedOrigin: string;
  /** Address that alarms and budget alerts are mailed to. */
  readonly alarmEmail: string;
  /** `MonthlyBudgetAmount`: monthly budget of this environment, in USD. */
  readonly monthlyBudgetAmount: number;
  /** Retention of every log group, in days. One of the values that CloudWatch Logs accepts. */
  readonly logRetentionDays: number;

  /** Address range, zones and endpoints. */
  readonly network: NetworkConfig;
  /** Version, capacity, backups and credentials of the Aurora cluster. */
  readonly database: DatabaseConfig;
  /** Lifecycle of the buckets, reach of the CDN. */
  readonly storage: StorageConfig;
  /** Package and size of the function behind the API. */
  readonly function: FunctionConfig;
  /** Package and size of the function that migrates the database. */
  readonly migrateFunction: FunctionConfig;
  /** Limits and logs of the API. */
  readonly api: ApiConfig;
  /** When the alarms fire. */
  readonly alarms: AlarmConfig;
}

/** The VPC and what it is reached through. */
export interface NetworkConfig {
  /** IPv4 CIDR block of the VPC, /16 to /24: it is cut into sixteen, and AWS's smallest subnet is /28. */
  readonly vpcCidr: string;
  /**
   * Availability Zone letters, each with a public and a private subnet. At least two: Aurora asks for
   * them. Append only: a subnet's CIDR block follows from its zone's place, and the NAT gateway stands in
   * the first zone.
   */
  readonly zones: readonly string[];
  /**
   * Interface endpoints, billed by the hour and zone. Those left out are reached through the NAT
   * gateway (runbook 4: "disable non-essential endpoints in dev if costs spike"). The S3 gateway
   * endpoint is free and always there.
   */
  readonly interfaceEndpoints: readonly InterfaceEndpoint[];
}

/** Aurora PostgreSQL, Serverless v2. */
export interface DatabaseConfig {
  /**
   * Aurora PostgreSQL version, `major.minor`. Changing it is the only way that a minor upgrade happens. AWS
   * refuses a change of the major version, which needs `allow_major_version_upgrade` and a plan of its own.
   */
  readonly engineVersion: string;
  /** Smallest capacity in Aurora capacity units, in steps of 0.5. 0 lets the cluster pause. */
  readonly minCapacity: number;
  /** Largest capacity in Aurora capacity units, in steps of 0.5; at least 1. */
  readonly maxCapacity: number;
  /** Idle seconds before the cluster pauses, 300 to 86,400. Has an effect only with `minCapacity` 0. */
  readonly autoPauseSeconds: number;
  /** Days that automated backups are kept, 1 to 35. */
  readonly backupRetentionDays: number;
  /** Enhanced Monitoring interval in seconds: 1, 5, 10, 15, 30 or 60. */
  readonly monitoringIntervalSeconds: number;
  /** Daily backup window in UTC, `hh:mm-hh:mm`, at least 30 minutes. */
  readonly backupWindow: string;
  /** Weekly maintenance window in UTC, `ddd:hh:mm-ddd:hh:mm`, at least 30 minutes, apart from the backup window. */
  readonly maintenanceWindow: string;
  /** True takes a snapshot before the cluster is deleted; Terraform deletes no cluster without it. */
  readonly finalSnapshot: boolean;
  /** Name of the database that is made with the cluster; `DB_NAME` of the functions. */
  readonly databaseName: string;
  /** Master user name, stored in the `db` secret beside the password. */
  readonly masterUsername: string;
  /** Raise this number by one to generate a new master password with the next apply. */
  readonly passwordVersion: number;
}

/** The two buckets and the CDN before one of them. */
export interface StorageConfig {
  /** Age in days at which objects move to Standard-IA, at least 30 (S3's own minimum). */
  readonly infrequentAccessAfterDays: number;
  /** Age in days at which objects move to the archive class; 30 or more after the move to Standard-IA. */
  readonly archiveAfterDays: number;
  /** Archive class of images. CloudFront serves only `GLACIER_IR`. */
  readonly imagesArchiveClass: ArchiveClass;
  /** Archive class of invoices. */
  readonly invoicesArchiveClass: ArchiveClass;
  /** Days that an overwritten or deleted object version is kept. */
  readonly noncurrentVersionDays: number;
  /** CloudFront edges that serve the images. */
  readonly cdnPriceClass: PriceClass;
}

/** A function: what runs, and how large. */
export interface FunctionConfig {
  /** Lambda runtime identifier. */
  readonly runtime: string;
  /** Instruction set of the package. */
  readonly architecture: Architecture;
  /** Entry point, in the runtime's own form. */
  readonly handler: string;
  /** Path of the deployment package (.zip), relative to the project's folder. */
  readonly artifact: string;
  /** Memory in MiB, 128 to 10,240. */
  readonly memoryMb: number;
  /**
   * Time-out in seconds, at least 1. Behind the API at most 29, when API Gateway gives up; otherwise at most 900,
   * when Lambda does.
   */
  readonly timeoutSeconds: number;
}

/** The REST API's limits and logs. */
export interface ApiConfig {
  /** Steady-state requests per second, for the stage and the usage plan. */
  readonly throttleRateLimit: number;
  /** Requests at once above the steady rate, for the stage and the usage plan. */
  readonly throttleBurstLimit: number;
  /** Requests a month that one API key of the usage plan may make. */
  readonly monthlyQuota: number;
  /** What the stage's execution log holds; request and response bodies are never logged. */
  readonly executionLogLevel: ExecutionLogLevel;
}

/** When the alarms fire: at the threshold and above. */
export interface AlarmConfig {
  /** Length of a period in seconds; a multiple of 60. */
  readonly periodSeconds: number;
  /** Function errors within a period. */
  readonly lambdaErrors: number;
  /** 5xx answers of the API within a period. */
  readonly apiServerErrors: number;
  /** Denied reads or decryptions of a secret within a period. */
  readonly secretsManagerFailures: number;
  /** Average capacity in Aurora capacity units … */
  readonly auroraCapacity: number;
  /** … over this many periods in a row. */
  readonly auroraCapacityPeriods: number;
}
