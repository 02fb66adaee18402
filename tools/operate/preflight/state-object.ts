import { stackName } from "../../../src/config/names";
import { lookAtState, stateAddress, type StateAddress, type WholeVersion } from "../../shared/aws/state-object";
import type { CheckContext, Finding } from "./check";
import { isNamed, look } from "../../shared/aws/errors";

/** Section of docs/operation.md. */
const SECTION = "The state object is deleted or broken";

/** Whether the state is what Terraform wrote last: without it, Terraform would make everything anew. */
export async function checkStateObject({ config, env }: CheckContext): Promise<Finding> {
  const { account, name } = config;
  const address = stateAddress(stackName(name), account.id);
  try {
    const state = await look("s3:GetObject or s3:ListBucketVersions", lookAtState(stackName(name), account, env));
    if (state.condition === "absent") {
      return { outcome: "ok", detail: "there is none: a first deployment" };
    }
    if (state.condition === "whole") {
      return { outcome: "ok", detail: `${address.Key}, ${describe(state)}` };
    }
    return {
      outcome: "failed",
      detail: `${address.Key} ${state.why}, and Terraform would make everything anew; ${lastOf(state.lastWhole)}`,
      remedy: remedy(name, address, state.lastWhole),
    };
  } catch (error) {
    if (isNamed(error, "NoSuchBucket")) {
      return { outcome: "unknown", detail: "not looked at: there is no state bucket" };
    }
    throw error;
  }
}

function describe({ resources, serial }: Pick<WholeVersion, "resources" | "serial">): string {
  return `serial ${String(serial)}, ${String(resources)} resources`;
}

function lastOf(version: WholeVersion | undefined): string {
  return version === undefined
    ? "no whole version is left"
    : `the last whole version is of ${version.writtenAt}, ${describe(version)}`;
}

function remedy(environment: string, { Bucket, Key }: StateAddress, version: WholeVersion | undefined): string {
  return version === undefined
    ? `docs/operation.md, "${SECTION}": npm run survivors -- ${environment}`
    : `aws s3api copy-object --bucket ${Bucket} --key ${Key} --copy-source '${Bucket}/${Key}?versionId=${version.versionId}' (docs/operation.md, "${SECTION}")`;
}
