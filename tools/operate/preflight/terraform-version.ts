import { UserError } from "../../../src/shared/user-error";
import { MINIMUM_TERRAFORM } from "../../../src/terraform/version";
import { requireTerraform } from "../../shared/terraform/terraform";
import type { Finding } from "../../shared/aws/finding";

/** Whether `terraform` is on the PATH, and new enough. */
export async function checkTerraform(): Promise<Finding> {
  try {
    await requireTerraform();
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    const [, detail = error.message, remedy] = /^(.+?)\. (.+)$/.exec(error.message) ?? [];
    return { outcome: "failed", detail, remedy };
  }
  return { outcome: "ok", detail: `${MINIMUM_TERRAFORM} or newer is on the PATH` };
}
