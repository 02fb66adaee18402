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

/** Steps that only read: with an empty state, with a full one, and the checks before them. */
const PLANNING = ["init", "plan", "second plan", "preflight"];

/**
 * Checks that the policies of the two roles allow what a rehearsal requested, and nothing without a reason. The emulated
 * AWS allows everything; the requests are what is compared.
 *
 * @param recording - of a rehearsal that ends before the tests run
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
    // Includes the rotation, which is not a step of its own.
    ...needed(recording.after("foundation").filter(({ terraform }) => terraform)),
  ];
  const actions = (permissions: readonly NeededPermission[]): Set<string> =>
    new Set(permissions.map(({ action }) => action));

  test("plans with nothing but what the planning role's policies allow", () => {
    expect(planning().length).toBeGreaterThan(100);
    expect(planning().filter((permission) => !allows(plan, permission))).toEqual([]);
  });

  test("deploys with nothing but what the deploying role's policies allow", () => {
    expect(deploying().length).toBeGreaterThan(500);
    expect(deploying().filter((permission) => !allows(deploy, permission))).toEqual([]);
  });

  if (config.protectData) {
    return; // Its destroy is refused, so it does not show every action.
  }

  test("uses every action that the policies allow, except those with a recorded reason", () => {
    const reasons = Object.keys(UNRECORDED);
    const unseen = (statements: typeof plan, seen: Set<string>): string[] =>
      actionsOf(statements).filter((action) => !seen.has(action));
    expect(unseen(plan, actions(planning())).filter((action) => !reasons.includes(action))).toEqual([]);
    expect(unseen(deploy, actions(deploying()))).toEqual(reasons.sort());
  });
}
