import type { AwsAccount } from "../../../src/shared/aws-account";
import { unlockCommand } from "../../shared/terraform/unlock";
import type { Terraform } from "../../shared/terraform/terraform";
import { readConfiguration, type ConfiguredResource } from "./configuration";
import { readLock, type StateLock } from "../../shared/aws/state-lock";
import { Lookups } from "./lookups";
import { findMatches, type Match, type Matches, type StateAttributes } from "./match";
import type { Existence, Scratch, Suspect } from "./scratch";
import { importCommand } from "./shell";
import { findTagged, type TaggedResource } from "./tagged";

/** Something that stands in AWS, that the configuration wants and that state does not know. */
export interface Survivor {
  readonly address: string;
  /** What it is imported by. */
  readonly id: string;
  readonly foundBy: "tag" | "name";
  /** For a shell. */
  readonly command: string;
}

/** Something that stands, or may stand, and is not imported. */
export interface NotImported {
  readonly address: string;
  /** What happens instead. */
  readonly instead: string;
}

/** An address that more than one thing stands for. */
export interface Twice {
  readonly address: string;
  /** Which of them state knows. @default - none */
  readonly inState?: string;
  /** The ids of the others. */
  readonly ids: readonly string[];
}

/** Something that bears the stack's tag and belongs to no address. */
export interface Orphan {
  readonly arn: string;
  /** Value of its tag `Name`. @default - it has none */
  readonly name?: string;
}

/** Everything that was found of a stack outside its state. */
export interface SurvivorReport {
  readonly stack: string;
  /** Addresses that state knows; 0 where there is no state. */
  readonly inState: number;
  /** @default - nobody holds it */
  readonly lock?: StateLock & { readonly release: string };
  /** Each behind those that it refers to. */
  readonly survivors: readonly Survivor[];
  readonly notImported: readonly NotImported[];
  readonly twice: readonly Twice[];
  /** What cannot be looked for before `behind`, which stands twice, is settled. */
  readonly hidden: readonly { readonly address: string; readonly behind: string }[];
  readonly orphans: readonly Orphan[];
  /** What AWS did not let Terraform see. */
  readonly unseen: readonly { readonly address: string; readonly id: string; readonly error: string }[];
}

/** What {@link findSurvivors} works with. */
export interface SurvivorsOptions {
  readonly account: AwsAccount;
  /** Name of the stack, and value of its tag `Stack`. */
  readonly stack: string;
  /** Terraform in the folder of the stack, initialised. */
  readonly terraform: Terraform;
  readonly scratch: Scratch;
  /** Environment with the caller's AWS settings. */
  readonly env: NodeJS.ProcessEnv;
  /** Told what is done. */
  readonly onProgress: (text: string) => void;
}

/** Finds what stands in AWS for a stack and is not in its state. Changes nothing and takes no lock. */
export async function findSurvivors(options: SurvivorsOptions): Promise<SurvivorReport> {
  const { account, env, onProgress, scratch, stack, terraform } = options;
  onProgress("reading the state and its lock");
  const lock = await readLock(stack, account, env);
  const state = await readState(terraform);
  onProgress(`looking for the tag Stack=${stack}`);
  const tagged = await findTagged(stack, account.region, env);

  const examined = new Examined(scratch);
  const suspicious = tagged.filter((resource) => !isInState(resource, state));
  onProgress(`asking Terraform which of ${String(suspicious.length)} tagged resources exist`);
  await examined.add(suspicious.flatMap(suspectsOf));
  const standing = tagged.filter((resource) => isInState(resource, state) || examined.mayExist(suspectsOf(resource)));

  onProgress("looking for what has no tag");
  const matches = await findMatches({
    configuration: readConfiguration(terraform.folder),
    state,
    tagged: standing,
    account,
    lookups: new Lookups(account, env),
    rulesOf: (groupIds) => scratch.rulesOf(groupIds),
  });
  onProgress(`asking Terraform for which of ${String(matches.matches.length)} addresses something exists`);
  await examined.add(matches.matches.map(suspectOf));
  return {
    stack,
    inState: state.size,
    ...(lock && { lock: { ...lock, release: unlockCommand(terraform.folder, lock.id) } }),
    ...sorted(matches.matches, examined, standing, terraform.folder),
    ...stillOpen(matches),
    orphans: orphansOf(standing, state, matches),
  };
}

/** What exists, and what cannot be told. */
function sorted(
  matches: readonly Match[],
  examined: Examined,
  tagged: readonly TaggedResource[],
  folder: string,
): Pick<SurvivorReport, "survivors" | "unseen"> {
  const withTag = new Set(tagged.flatMap(suspectsOf).map(key));
  const survivors: Survivor[] = [];
  const unseen: SurvivorReport["unseen"][number][] = [];
  for (const match of matches) {
    const { id, resource } = match;
    const { address } = resource;
    const existence = examined.of(suspectOf(match));
    if (existence === "exists") {
      const foundBy = withTag.has(key(suspectOf(match))) ? "tag" : "name";
      survivors.push({ address, id, foundBy, command: importCommand(folder, address, id) });
    } else if (existence !== "missing") {
      unseen.push({ address, id, error: existence.error });
    }
  }
  return { survivors, unseen };
}

/** Answers that were given once are not asked for again. */
class Examined {
  readonly #answers = new Map<string, Existence>();

  public constructor(private readonly scratch: Scratch) {}

  public async add(suspects: readonly Suspect[]): Promise<void> {
    const open = [...new Map(suspects.map((suspect) => [key(suspect), suspect])).values()].filter(
      (suspect) => !this.#answers.has(key(suspect)),
    );
    const answers = await this.scratch.examine(open);
    open.forEach((suspect, index) => this.#answers.set(key(suspect), answers[index] ?? "missing"));
  }

  public of(suspect: Suspect): Existence {
    return this.#answers.get(key(suspect)) ?? "missing";
  }

  /** False where all that it could be is known to be missing. */
  public mayExist(suspects: readonly Suspect[]): boolean {
    return suspects.length === 0 || suspects.some((suspect) => this.of(suspect) !== "missing");
  }
}

function key({ type, id }: Suspect): string {
  return `${type} ${id}`;
}

function suspectOf({ id, resource: { type } }: Match): Suspect {
  return { type, id };
}

function suspectsOf({ types, id }: TaggedResource): Suspect[] {
  return types.map((type) => ({ type, id }));
}

async function readState(terraform: Terraform): Promise<StateAttributes> {
  const { values } = (await terraform.show()) as {
    values?: {
      root_module: { resources?: readonly { address: string; mode: string; values: Record<string, unknown> }[] };
    };
  };
  const managed = (values?.root_module.resources ?? []).filter(({ mode }) => mode === "managed");
  return new Map(managed.map((resource) => [resource.address, resource.values]));
}

/** Whether state knows a tagged resource, at whichever address. */
function isInState({ arn, id, types }: TaggedResource, state: StateAttributes): boolean {
  return [...state].some(
    ([address, values]) =>
      values.arn === arn || (values.id === id && types.some((type) => address.startsWith(`${type}.`))),
  );
}

function stillOpen({
  ambiguities,
  hidden,
  notImported,
}: Matches): Pick<SurvivorReport, "twice" | "hidden" | "notImported"> {
  const addressed = <T extends { readonly resource: ConfiguredResource }>({
    resource: { address },
    ...rest
  }: T): { address: string } & Omit<T, "resource"> => ({ address, ...rest });
  return {
    twice: ambiguities.map(addressed),
    hidden: hidden.map(addressed),
    notImported: notImported.map(addressed),
  };
}

function orphansOf(
  tagged: readonly TaggedResource[],
  state: StateAttributes,
  { ambiguities, matches }: Matches,
): Orphan[] {
  const claimed = new Set([
    ...matches.map((match) => key(suspectOf(match))),
    ...ambiguities.flatMap(({ resource: { type }, ids }) => ids.map((id) => key({ type, id }))),
  ]);
  return tagged
    .filter((resource) => !isInState(resource, state))
    .filter((resource) => !suspectsOf(resource).some((suspect) => claimed.has(key(suspect))))
    .map(({ arn, name }) => ({ arn, ...(name !== undefined && { name }) }));
}
