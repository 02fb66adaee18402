import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { EnvironmentConfig } from "../../src/config/schema";
import { environmentNames } from "../../src/config/names";
import type { EnvironmentStack } from "../../src/stacks/environment-stack";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { findSecrets } from "../../tools/develop/rehearsal/secret-scan";
import type { Refusal } from "../../tools/operate/review/gate";
import { describeWith } from "../end-to-end/describe-with";
import { temporaryFolder } from "../helpers/temporary-folder";
import { changesOf, planChange, type Applied, type PlannedChange } from "./fixtures/plan-mutation";
import type { StackJson } from "./fixtures/stack-json";
import { PASSING, REFUSED, type PassingMutation, type RefusedMutation } from "./mutations";
import { prepareStage, type Stage } from "./stage";

/** @see https://github.com/orgs/community/discussions/27190 */
const COMMENT_LIMIT = 65_536;

type AnyMutation = RefusedMutation | PassingMutation;

/**
 * Every mutation of an environment, each planned against the environment as it was applied. None is ever
 * applied itself.
 */
export function mutationsSuite(config: EnvironmentConfig): void {
  describeWith(["terraform", "emulator"], `mutations of ${config.name}`, () => {
    const folder = temporaryFolder(`mutations-${config.name}`);
    let stage: Stage;
    let applied: Applied;
    let password: string;

    beforeAll(async () => {
      stage = await prepareStage([config], folder);
      const terraform = await stage.terraform(config);
      await terraform.applyNow(() => undefined);
      applied = { config, env: stage.env, folder: terraform.folder };
      password = await databasePassword(applied);
    });

    afterAll(async () => {
      await stage.emulator.stop();
    });

    test.each(mutationsOf(config).map((mutation) => [titleOf(mutation), mutation] as const))(
      "%s",
      async (_, mutation) => {
        expectReview(await planChange(applied, mutation), mutation, password);
      },
    );
  });
}

/** The few mutations that a rehearsal plans as well, which has the applied environment at hand: one for each plan. */
export function quickMutations({ protectData }: EnvironmentConfig): AnyMutation[] {
  const of = kindOf(protectData);
  const refused = REFUSED.filter((mutation) => mutation.of === of);
  const passing = PASSING.filter((mutation) => mutation.of === of);
  const together = <T extends AnyMutation>(mutations: readonly T[]): T[] =>
    mutations.filter(({ quick }) => quick === "together");
  return [
    ...refused.filter(({ quick }) => quick === "alone"),
    ...joined(together(refused), (all) => ({ refused: all.flatMap((one) => one.refused) })),
    ...joined(together(passing), (all) => ({ changes: all.flatMap(({ changes }) => changes) })),
  ];
}

/** Several mutations of one environment as one, whose review shows what it shows of each. None gives none. */
function joined<T extends AnyMutation>(mutations: readonly T[], expected: (all: readonly T[]) => Partial<T>): T[] {
  const [first, ...rest] = mutations;
  if (first === undefined || rest.length === 0) {
    return [...mutations];
  }
  return [
    {
      ...first,
      ...expected(mutations),
      name: mutations.map(({ name }) => name).join(", and "),
      config: (config: EnvironmentConfig) => mutations.reduce((now, { config: edit }) => edit?.(now) ?? now, config),
      stack: (stack: EnvironmentStack) => {
        mutations.forEach((mutation) => mutation.stack?.(stack));
      },
      json: (json: StackJson) => {
        mutations.forEach((mutation) => mutation.json?.(json));
      },
    },
  ];
}

/** Title of a mutation's test. */
export function titleOf(mutation: AnyMutation): string {
  return `${"refused" in mutation ? "refuses" : "lets pass"} ${mutation.name}`;
}

/**
 * The review shows what the mutation's row lists, and no secret.
 *
 * @param secret - that exists in the account
 */
export function expectReview(planned: PlannedChange, mutation: AnyMutation, secret: string): void {
  if ("refused" in mutation) {
    expectRefused(planned, mutation);
  } else {
    expectPassing(planned, mutation);
  }
  expect(findSecrets(planned.renderings, [secret])).toEqual([]);
  expect(planned.renderings.get("markdown")?.length).toBeLessThanOrEqual(COMMENT_LIMIT);
}

/** Refused is what the mutation says and nothing else; allowed by name, only Terraform's own refusals stay. */
function expectRefused({ refusedAllTheSame, review }: PlannedChange, mutation: RefusedMutation): void {
  const { refused, byTerraform = [] } = mutation;
  const { refusals } = review.gate;
  expect(refusals.map(({ address }) => address).sort()).toEqual(refused.map(([address]) => address).sort());
  const losses = refused.map(([address, lost]) => ({ address, lost: expect.stringContaining(lost) as unknown }));
  expect(refusals).toEqual(expect.arrayContaining(losses.map((loss) => expect.objectContaining(loss) as unknown)));
  expect(addressesOf(refusals.filter((refusal) => refusal.byTerraform))).toEqual(byTerraform);
  expect(addressesOf(refusedAllTheSame)).toEqual(byTerraform);
}

/** Nothing is refused, and what the mutation says changes and nothing else. */
function expectPassing({ review }: PlannedChange, { changes }: PassingMutation): void {
  expect(review.gate.refusals).toEqual([]);
  expect(changesOf(review)).toEqual([...changes].sort());
}

/** The password that the applied environment's database has. */
async function databasePassword({ config, env }: Pick<Applied, "config" | "env">): Promise<string> {
  const client = new SecretsManagerClient(clientSettings(config.account.region, env));
  const id = environmentNames(config.name).databaseSecret;
  const { SecretString: text = "" } = await client.send(new GetSecretValueCommand({ SecretId: id }));
  return (JSON.parse(text) as { password: string }).password;
}

function mutationsOf({ protectData }: EnvironmentConfig): AnyMutation[] {
  const kind = kindOf(protectData);
  return [...REFUSED, ...PASSING].filter(({ of }) => of === kind);
}

function kindOf(protectData: boolean): AnyMutation["of"] {
  return protectData ? "protected" : "disposable";
}

function addressesOf(refusals: readonly Refusal[]): string[] {
  return [...new Set(refusals.map(({ address }) => address))].sort();
}
