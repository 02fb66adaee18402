import type { EnvironmentConfig } from "../../src/config/schema";
import { environments } from "../../src/config/environments";
import {
  actionsOf,
  allows,
  neededPermission,
  UNRECORDED,
  type NeededPermission,
  type RecordedRequest,
} from "../helpers/api-actions";
import { deployPolicy } from "../../tools/operate/roles/deploy-policy";
import { planPolicy } from "../../tools/operate/roles/plan-policy";
import type { Recording } from "./recording";

/** Steps that only look: an empty state, a full one, and what is looked at before. */
const PLANNING = ["init", "plan", "second plan", "preflight"];

/**
 * That the policies of the two roles allow what a rehearsal asked for, and nothing without a reason. The
 * emulated AWS lets everyone do everything; what is compared is what was asked.
 *
 * @param recording - of a rehearsal that has ended when the tests run
 */
export function testRolePolicies(config: EnvironmentConfig, recording: Recording): void {
  const { account } = config;
  const plan = planPolicy(account, environments).flatMap(({ statements }) => statements);
  const deploy = deployPolicy(account, environments).flatMap(({ statements }) => statements);
  const needed = (requests: readonly RecordedRequest[]): NeededPermission[] =>
    requests.flatMap((request) => neededPermission(request, account.region) ?? []);
  const planning = (): NeededPermission[] => needed(recording.of(...PLANNING));
  const deploying = (): NeededPermission[] => [
    ...planning(),
    // The rotation among them, which is no step of its own.
    ...needed(recording.after("foundation").filter(({ terraform }) => terraform)),
  ];
  const actions = (permissions: readonly NeededPermission[]): Set<string> =>
    new Set(permissions.map(({ action }) => action));

  test("asks for nothing in a plan that the planning role's policies do not allow", () => {
    expect(planning().length).toBeGreaterThan(100);
    expect(planning().filter((permission) => !allows(plan, permission))).toEqual([]);
  });

  test("asks for nothing at all that the deploying role's policies do not allow", () => {
    expect(deploying().length).toBeGreaterThan(500);
    expect(deploying().filter((permission) => !allows(deploy, permission))).toEqual([]);
  });

  if (config.protectData) {
    return; // Its destroy is refused, so that it shows only a part of what follows.
  }

  test("shows every action that the policies allow, but for those with a reason", () => {
    const reasons = Object.keys(UNRECORDED);
    const unseen = (statements: typeof plan, seen: Set<string>): string[] =>
      actionsOf(statements).filter((action) => !seen.has(action));
    expect(unseen(plan, actions(planning())).filter((action) => !reasons.includes(action))).toEqual([]);
    expect(unseen(deploy, actions(deploying()))).toEqual(reasons.sort());
  });
}
