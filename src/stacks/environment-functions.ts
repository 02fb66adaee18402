import type { Construct } from "constructs";
import type { EnvironmentConfig } from "../config/environment";
import { grantRunning } from "../constructs/compute/function-role";
import { LambdaFunction } from "../constructs/compute/lambda-function";
import type { AuroraCluster } from "../constructs/data/aurora-cluster";
import type { SecurityGroup } from "../constructs/network/security-group";
import type { Vpc } from "../constructs/network/vpc";
import type { LogGroup } from "../constructs/observability/log-group";
import type { ExternalRole } from "../constructs/security/external-role";
import type { Secret } from "../constructs/security/secret";
import {
  ALLOWED_ORIGIN_VARIABLE,
  DATABASE_VARIABLES,
  PROTECT_DATA_VARIABLE,
  RAZORPAY_SECRET_VARIABLE,
} from "../shared/variables";
import type { EnvironmentNames } from "../config/names";

/** What the functions of an environment stand in, run as and talk to. */
export interface EnvironmentFunctionsProps {
  readonly config: EnvironmentConfig;
  readonly names: EnvironmentNames;
  /** Role of all functions. */
  readonly role: ExternalRole;
  /** All functions stand in its private subnets. */
  readonly vpc: Vpc;
  /** Guards all functions. */
  readonly securityGroup: SecurityGroup;
  readonly cluster: AuroraCluster;
  /** Credentials of the cluster. */
  readonly databaseSecret: Secret;
  /** Keys of Razorpay, for the function behind the API alone. */
  readonly razorpaySecret: Secret;
  /** Log groups, each of the name that Lambda gives its function's. */
  readonly logGroups: { readonly app: LogGroup; readonly migrate: LogGroup };
}

/**
 * The functions of an environment: the one behind the API, and the one that migrates the database, which is
 * reached from the private subnets alone. The second has no way in but Lambda's own `Invoke`.
 *
 * @param scope - the environment's stack
 */
export function addFunctions(
  scope: Construct,
  props: EnvironmentFunctionsProps,
): { readonly app: LambdaFunction; readonly migrate: LambdaFunction } {
  const { config, names, role, vpc, securityGroup, cluster, databaseSecret, razorpaySecret, logGroups } = props;
  const { account, apiAllowedOrigin, database, protectData } = config;
  const shared = { account, role, subnetIds: vpc.privateSubnetIds, securityGroup };
  const connection = {
    [DATABASE_VARIABLES.secretArn]: databaseSecret.arn,
    [DATABASE_VARIABLES.host]: cluster.endpoint,
    [DATABASE_VARIABLES.name]: database.databaseName,
  };
  const app = new LambdaFunction(scope, "AppFunction", {
    ...shared,
    name: names.function,
    description: `The app behind ${names.api}`,
    config: config.function,
    environment: {
      ...connection,
      [ALLOWED_ORIGIN_VARIABLE]: apiAllowedOrigin,
      [RAZORPAY_SECRET_VARIABLE]: razorpaySecret.arn,
    },
    logGroup: logGroups.app,
  });
  const migrate = new LambdaFunction(scope, "MigrateFunction", {
    ...shared,
    name: names.migrateFunction,
    description: `Migrates the database of ${names.cluster}`,
    config: config.migrateFunction,
    environment: { ...connection, [PROTECT_DATA_VARIABLE]: String(protectData) },
    logGroup: logGroups.migrate,
  });
  grantRunning(role, account, [names.function, names.migrateFunction]);
  return { app, migrate };
}
