import type { AwsAccount } from "../../../src/shared/aws-account";
import { appStatements } from "./deploy-app";
import { dataStatements } from "./deploy-data";
import { databaseStatements } from "./deploy-database";
import { networkStatements } from "./deploy-network";
import { DEPLOY_ROLE, planPolicy } from "./plan-policy";
import { ProjectArns, type PolicyEnvironment, type ManagedPolicy } from "./project-arns";

/**
 * What applying takes: the policies of planning, and the writing of what an environment is made of. What cannot
 * be narrowed to names or to the `Stack` tag says why.
 *
 * State is written and never deleted; of what lies in the state bucket only the lock is.
 *
 * @param account - account of the environments
 * @param environments - that are applied
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
