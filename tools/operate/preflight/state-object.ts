import { stackName } from "../../../src/config/names";
import { isNamed, look } from "../../shared/aws/errors";
import type { Finding } from "../../shared/aws/finding";
import { lookAtState, stateAddress, type StateAddress, type WholeVersion } from "../../shared/aws/state-object";
import type { CheckContext } from "./check";

/** Section of docs/operation.md. */
const SECTION = "The state object is deleted or broken";

/** Whether the state is intact. Without it, Terraform would create everything again. */
export async function checkStateObject({ config: { name }, session }: CheckContext): Promise<Finding> {
  const stack = stackName(name);
  const address = stateAddress(stack, session.account.id);
  try {
    const state = await look("s3:GetObject or s3:ListBucketVersions", lookAtState(stack, session));
    if (state.condition === "absent") {
      return { outcome: "ok", detail: "there is none yet: a first deployment" };
    }
    if (state.condition === "whole") {
      return { outcome: "ok", detail: `${address.Key}, ${describe(state)}` };
    }
    return {
      outcome: "failed",
      detail: `${address.Key} ${state.why}: Terraform would create everything again; ${lastOf(state.lastWhole)}`,
      remedy: remedy(name, address, state.lastWhole),
    };
  } catch (error) {
    if (isNamed(error, "NoSuchBucket")) {
      return { outcome: "unknown", detail: "not checked: there is no state bucket" };
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
    : `the last whole version is from ${version.writtenAt}, ${describe(version)}`;
}

function remedy(environment: string, { Bucket, Key }: StateAddress, version: WholeVersion | undefined): string {
  return version === undefined
    ? `docs/operation.md, "${SECTION}": npm run orphans -- ${environment}`
    : `aws s3api copy-object --bucket ${Bucket} --key ${Key} --copy-source '${Bucket}/${Key}?versionId=${version.versionId}' (docs/operation.md, "${SECTION}")`;
}
