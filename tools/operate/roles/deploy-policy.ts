import type { AwsAccount } from "../../../src/shared/aws-account";
import { appStatements } from "./deploy-app";
import { dataStatements } from "./deploy-data";
import { databaseStatements } from "./deploy-database";
import { networkStatements } from "./deploy-network";
import { DEPLOY_ROLE, planPolicy } from "./plan-policy";
import { ProjectArns, type PolicyEnvironment, type ManagedPolicy } from "./project-arns";

/**
 * Permissions to apply: those to plan, and to write everything in an environment. If a statement cannot be narrowed to
 * names or to the `Stack` tag, a comment says why.
 *
 * State is written and never deleted; in the state bucket, only the lock is deleted.
 *
 * @param account - account of the environments
 * @param environments - the environments to apply
 */
export function deployPolicy(account: AwsAccount, environments: readonly PolicyEnvironment[]): ManagedPolicy[] {
  const arns = new ProjectArns(account, environments);
  return [
    ...planPolicy(account, environments),
    { name: `${DEPLOY_ROLE}-network`, statements: networkStatements(arns) },
    { name: `${DEPLOY_ROLE}-data`, statements: dataStatements(arns) },
    { name: `${DEPLOY_ROLE}-database`, statements: databaseStatements(arns) },
    { name: `${DEPLOY_ROLE}-app`, statements: appStatements(arns) },
  ];
}
