import { PROJECT, stackName } from "./names";

/**
 * Tags of everything taggable: the handover's baseline of four, and `Stack`, which separates cost per environment and
 * finds resources that are not in state.
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
