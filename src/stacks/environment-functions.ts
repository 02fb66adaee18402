import type { Construct } from "constructs";
import type { EnvironmentConfig } from "../config/schema";
import { FUNCTION_ALIAS, type EnvironmentNames } from "../config/names";
import type { FunctionRole } from "../constructs/compute/function-role";
import { LambdaFunction } from "../constructs/compute/lambda-function";
import type { AuroraCluster } from "../constructs/data/aurora-cluster";
import type { LogGroup } from "../constructs/observability/log-group";
import type { Secret } from "../constructs/security/secret";
import {
  ALLOWED_ORIGIN_VARIABLE,
  DATABASE_VARIABLES,
  PROTECT_DATA_VARIABLE,
  RAZORPAY_SECRET_VARIABLE,
} from "../shared/variables";
import type { Network } from "./environment-network";

/** Inputs of {@link addFunctions}. */
export interface EnvironmentFunctionsProps {
  readonly config: EnvironmentConfig;
  readonly names: EnvironmentNames;
  /** Role of all functions. */
  readonly role: FunctionRole;
  readonly network: Network;
  readonly cluster: AuroraCluster;
  /** Credentials of the cluster. */
  readonly databaseSecret: Secret;
  /** Razorpay keys, for the function behind the API alone. */
  readonly razorpaySecret: Secret;
  /** Log group of each function, with the name that Lambda writes to. */
  readonly logGroups: { readonly app: LogGroup; readonly migrate: LogGroup };
}

/**
 * Adds the functions of an environment: the one behind the API, and the one that migrates the database, which only
 * the private subnets reach. The second can only be called by Lambda's own `Invoke`.
 *
 * @param scope - the environment's stack
 */
export function addFunctions(
  scope: Construct,
  props: EnvironmentFunctionsProps,
): { readonly app: LambdaFunction; readonly migrate: LambdaFunction } {
  const { config, names, role, network, cluster, databaseSecret, razorpaySecret, logGroups } = props;
  const { account, apiAllowedOrigin, database, protectData } = config;
  const shared = {
    account,
    role,
    subnetIds: network.privateSubnetIds,
    securityGroup: network.lambdaGroup,
    aliasName: FUNCTION_ALIAS,
  };
  const connection = {
    [DATABASE_VARIABLES.secretArn]: databaseSecret.arn,
    [DATABASE_VARIABLES.host]: cluster.endpoint,
    [DATABASE_VARIABLES.name]: database.databaseName,
  };
  const app = new LambdaFunction(scope, "AppFunction", {
    ...shared,
    ...config.function,
    name: names.function,
    description: `The app behind ${names.api}`,
    environment: {
      ...connection,
      [ALLOWED_ORIGIN_VARIABLE]: apiAllowedOrigin,
      [RAZORPAY_SECRET_VARIABLE]: razorpaySecret.arn,
    },
    logGroup: logGroups.app,
  });
  const migrate = new LambdaFunction(scope, "MigrateFunction", {
    ...shared,
    ...config.migrateFunction,
    name: names.migrateFunction,
    description: `Migrates the database of ${names.cluster}`,
    environment: { ...connection, [PROTECT_DATA_VARIABLE]: String(protectData) },
    logGroup: logGroups.migrate,
  });
  return { app, migrate };
}
