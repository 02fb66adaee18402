import { PROJECT, stackName } from "./names";

/**
 * Tags of everything taggable: the handover's baseline of four, and `Stack`, by which cost is told
 * apart per environment and resources without state are found.
 *
 * @param env - value of `Env`; also names the stack
 */
export function baselineTags(env: string): Readonly<Record<string, string>> {
  return {
    Project: PROJECT,
    Owner: "kevinMathew",
    Env: env,
    CostCenter: "cseproj",
    Stack: stackName(env),
  };
}
