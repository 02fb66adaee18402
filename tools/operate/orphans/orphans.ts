import type { AwsSession } from "../../shared/aws/session";
import { readLock, unlockCommand, type StateLock } from "../../shared/aws/state-lock";
import type { StackTerraform } from "../../shared/terraform/stack-terraform";
import type { Terraform } from "../../shared/terraform/terraform";
import { readConfiguration, type ConfiguredResource } from "./configuration";
import { Lookups } from "./lookups";
import { findMatches, type Match, type Matches, type StateAttributes } from "./match";
import type { Existence, Scratch, Suspect } from "./scratch";
import { importCommand } from "./shell";
import { findTagged, type TaggedResource } from "./tagged";

/** An orphaned resource of the configuration, to be imported. */
export interface Importable {
  readonly address: string;
  /** Import id. */
  readonly id: string;
  readonly foundBy: "tag" | "name";
  /** The command that imports it, for a shell. */
  readonly command: string;
}

/** A resource that exists, or may exist, and cannot be imported. */
export interface NotImported {
  readonly address: string;
  /** What happens instead. */
  readonly instead: string;
}

/** An address that several objects in AWS match. */
export interface Twice {
  readonly address: string;
  /** The one in state. @default - none is */
  readonly inState?: string;
  /** The ids of the others. */
  readonly ids: readonly string[];
}

/** A resource with the stack's tag that is not in the configuration. */
export interface Unconfigured {
  readonly arn: string;
  /** Value of its tag `Name`. @default - it has none */
  readonly name?: string;
}

/** Everything of a stack that exists in AWS and is not in its state. */
export interface OrphanReport {
  readonly stack: string;
  /** Number of addresses in state; 0 where there is no state. */
  readonly inState: number;
  /** @default - the state is not locked */
  readonly lock?: StateLock & { readonly release: string };
  /** Each after the resources that it refers to. */
  readonly importable: readonly Importable[];
  readonly notImported: readonly NotImported[];
  readonly twice: readonly Twice[];
  /** Resources that cannot be searched for while `behind` exists twice. */
  readonly hidden: readonly { readonly address: string; readonly behind: string }[];
  readonly unconfigured: readonly Unconfigured[];
  /** Resources that AWS did not show to Terraform. */
  readonly unseen: readonly { readonly address: string; readonly id: string; readonly error: string }[];
}

/** What {@link findOrphans} works with. */
export interface OrphansOptions {
  readonly session: AwsSession;
  /** Terraform for the stack, initialised. */
  readonly terraform: StackTerraform;
  readonly scratch: Scratch;
  /** Called with each step. */
  readonly onProgress: (text: string) => void;
}

/** Finds the resources of a stack that exist in AWS and not in its state. Changes nothing and takes no lock. */
export async function findOrphans({ session, terraform, scratch, onProgress }: OrphansOptions): Promise<OrphanReport> {
  const { stack } = terraform;
  onProgress("reading the state and its lock");
  const lock = await readLock(stack, session);
  const state = await readState(terraform);
  onProgress(`searching for the tag Stack=${stack}`);
  const tagged = await findTagged(stack, session);

  const examined = new Examined(scratch);
  const suspicious = tagged.filter((resource) => !isInState(resource, state));
  onProgress(`asking Terraform which of ${String(suspicious.length)} tagged resources exist`);
  await examined.add(suspicious.flatMap(suspectsOf));
  const existing = tagged.filter((resource) => isInState(resource, state) || examined.mayExist(suspectsOf(resource)));

  onProgress("searching for resources without tags");
  const matches = await findMatches({
    configuration: readConfiguration(terraform.folder),
    state,
    tagged: existing,
    account: session.account,
    lookups: new Lookups(session),
    rulesOf: (groupIds) => scratch.rulesOf(groupIds),
  });
  onProgress(`asking Terraform which of ${String(matches.matches.length)} possible imports exist`);
  await examined.add(matches.matches.map(suspectOf));
  return {
    stack,
    inState: state.size,
    ...(lock && { lock: { ...lock, release: unlockCommand(terraform.folder, lock.id) } }),
    ...sorted(matches.matches, examined, existing, terraform.folder),
    ...unresolvedOf(matches),
    unconfigured: unconfiguredOf(existing, state, matches),
  };
}

/** The resources to import, and those that AWS did not show. */
function sorted(
  matches: readonly Match[],
  examined: Examined,
  tagged: readonly TaggedResource[],
  folder: string,
): Pick<OrphanReport, "importable" | "unseen"> {
  const withTag = new Set(tagged.flatMap(suspectsOf).map(key));
  const importable: Importable[] = [];
  const unseen: OrphanReport["unseen"][number][] = [];
  for (const match of matches) {
    const { id, resource } = match;
    const { address } = resource;
    const existence = examined.of(suspectOf(match));
    if (existence === "exists") {
      const foundBy = withTag.has(key(suspectOf(match))) ? "tag" : "name";
      importable.push({ address, id, foundBy, command: importCommand(folder, address, id) });
    } else if (existence !== "missing") {
      unseen.push({ address, id, error: existence.error });
    }
  }
  return { importable, unseen };
}

/** Examines each suspect once. */
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

  /** False if all of them are missing. */
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

/** Whether a tagged resource is in state, at any address. */
function isInState({ arn, id, types }: TaggedResource, state: StateAttributes): boolean {
  return [...state].some(
    ([address, values]) =>
      values.arn === arn || (values.id === id && types.some((type) => address.startsWith(`${type}.`))),
  );
}

function unresolvedOf({
  ambiguities,
  hidden,
  notImported,
}: Matches): Pick<OrphanReport, "twice" | "hidden" | "notImported"> {
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

function unconfiguredOf(
  tagged: readonly TaggedResource[],
  state: StateAttributes,
  { ambiguities, matches }: Matches,
): Unconfigured[] {
  const claimed = new Set([
    ...matches.map((match) => key(suspectOf(match))),
    ...ambiguities.flatMap(({ resource: { type }, ids }) => ids.map((id) => key({ type, id }))),
  ]);
  return tagged
    .filter((resource) => !isInState(resource, state))
    .filter((resource) => !suspectsOf(resource).some((suspect) => claimed.has(key(suspect))))
    .map(({ arn, name }) => ({ arn, ...(name !== undefined && { name }) }));
}
