import type { AwsAccount } from "../../../src/shared/aws-account";
import type { ConfiguredResource } from "./configuration";
import { SEARCHES, type ResolvedArguments } from "./import-ids";
import type { Lookups } from "./lookups";
import { mentionedAddresses, resolveReferences } from "./references";
import type { SecurityGroupRule } from "./scratch";
import type { TaggedResource } from "./tagged";

/** Attributes of every resource in state, by address. */
export type StateAttributes = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** An object that may exist for an address that is not in state. */
export interface Match {
  readonly resource: ConfiguredResource;
  /** Import id. */
  readonly id: string;
}

/** Several objects that match one address. */
export interface Ambiguity {
  readonly resource: ConfiguredResource;
  /** The one in state. @default - none is */
  readonly inState?: string;
  /** The ids of the others. */
  readonly ids: readonly string[];
}

/** What was found for a configuration. */
export interface Matches {
  readonly matches: readonly Match[];
  readonly ambiguities: readonly Ambiguity[];
  /** Objects that exist, or may exist, and cannot be imported. */
  readonly notImported: readonly { readonly resource: ConfiguredResource; readonly instead: string }[];
  /** Resources that cannot be searched for until an ambiguity is resolved, with the address that they depend on. */
  readonly hidden: readonly { readonly resource: ConfiguredResource; readonly behind: string }[];
}

/** What {@link findMatches} works with. */
export interface Evidence {
  /** Each resource after the resources that it refers to. */
  readonly configuration: readonly ConfiguredResource[];
  readonly state: StateAttributes;
  readonly tagged: readonly TaggedResource[];
  readonly account: AwsAccount;
  readonly lookups: Pick<Lookups, "find" | "rootResource">;
  /** Reads the rules of security groups. */
  readonly rulesOf: (groupIds: readonly string[]) => Promise<readonly SecurityGroupRule[]>;
}

/**
 * Finds objects that may exist for addresses that are not in state, and addresses that several objects match. The
 * caller checks whether the objects still exist.
 */
export async function findMatches(evidence: Evidence): Promise<Matches> {
  const search = new Search(evidence);
  await search.run();
  return search;
}

class Search implements Matches {
  public readonly matches: Match[] = [];
  public readonly ambiguities: Ambiguity[] = [];
  public readonly notImported: { resource: ConfiguredResource; instead: string }[] = [];
  public readonly hidden: { resource: ConfiguredResource; behind: string }[] = [];
  readonly #arguments: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly #found = new Map<string, Readonly<Record<string, string | undefined>>>();
  readonly #unresolved = new Set<string>();

  public constructor(private readonly evidence: Evidence) {
    this.#arguments = new Map(evidence.configuration.map((resource) => [resource.address, resource.arguments]));
  }

  public async run(): Promise<void> {
    const { configuration, state } = this.evidence;
    for (const resource of configuration) {
      if (SEARCHES[resource.type]?.by === "tag") {
        await this.#byTag(resource);
      } else if (!state.has(resource.address)) {
        await this.#byArguments(resource);
      }
    }
    await this.#byRule(
      configuration.filter(({ address, type }) => SEARCHES[type]?.by === "rule" && !state.has(address)),
    );
  }

  /** Also for addresses in state: a second object costs money, or blocks an apply. */
  async #byTag(resource: ConfiguredResource): Promise<void> {
    const { state, tagged } = this.evidence;
    const name = nameTag(resource);
    const ids = tagged
      .filter(({ types, name: own }) => types.includes(resource.type) && own === name)
      .map(({ id }) => id);
    const inState = state.get(resource.address)?.id;
    if (typeof inState === "string") {
      const others = ids.filter((id) => id !== inState);
      if (others.length > 0) {
        this.ambiguities.push({ resource, inState, ids: others });
      }
    } else {
      await this.#take(resource, ids);
    }
  }

  async #byArguments(resource: ConfiguredResource): Promise<void> {
    const { account, lookups } = this.evidence;
    const search = SEARCHES[resource.type];
    const argument = this.#argumentsOf(resource);
    if (search?.by === "name") {
      const id = search.id(argument, account);
      await this.#take(resource, id === undefined ? [] : [id]);
    } else if (search?.by === "lookup") {
      const { ids, instead } = await lookups.find(search.lookup, argument);
      if (instead === undefined) {
        await this.#take(resource, ids);
      } else {
        this.notImported.push({ resource, instead });
      }
    }
  }

  async #byRule(resources: readonly ConfiguredResource[]): Promise<void> {
    const groups = resources.flatMap((resource) => this.#argumentsOf(resource)("security_group_id") ?? []);
    const rules = await this.evidence.rulesOf([...new Set(groups)].sort());
    for (const resource of resources) {
      const argument = this.#argumentsOf(resource);
      const egress = resource.type === "aws_vpc_security_group_egress_rule";
      const ids = rules.filter((rule) => rule.is_egress === egress && isSameRule(rule, argument)).map(({ id }) => id);
      await this.#take(resource, ids);
    }
  }

  async #take(resource: ConfiguredResource, ids: readonly string[]): Promise<void> {
    const [id] = ids;
    if (ids.length > 1) {
      this.ambiguities.push({ resource, ids });
      this.#unresolved.add(resource.address);
    } else if (id !== undefined) {
      this.matches.push({ resource, id });
      this.#found.set(resource.address, await this.#attributes(resource, id));
    } else if (SEARCHES[resource.type]?.by !== "tag") {
      const behind = mentionedAddresses(resource.arguments).find((address) => this.#unresolved.has(address));
      if (behind !== undefined) {
        this.hidden.push({ resource, behind });
        this.#unresolved.add(resource.address);
      }
    }
  }

  /** Attributes that other resources may refer to and that AWS sets. */
  async #attributes({ type }: ConfiguredResource, id: string): Promise<Record<string, string | undefined>> {
    return {
      id: type === "aws_api_gateway_resource" ? id.split("/")[1] : id,
      ...(id.startsWith("arn:") && { arn: id }),
      ...(type === "aws_api_gateway_rest_api" && { root_resource_id: await this.evidence.lookups.rootResource(id) }),
    };
  }

  #argumentsOf(resource: ConfiguredResource): ResolvedArguments {
    return (name) => resolveReferences(resource.arguments[name], this.#attribute);
  }

  readonly #attribute = (address: string, name: string): string | undefined => {
    const known = this.evidence.state.get(address)?.[name] ?? this.#found.get(address)?.[name];
    return resolveReferences(known ?? this.#arguments.get(address)?.[name], this.#attribute);
  };
}

/** Value of the tag `Name` in the configuration. */
function nameTag({ arguments: { tags } }: ConfiguredResource): string | undefined {
  const name = (tags as Record<string, unknown> | undefined)?.Name;
  return typeof name === "string" ? name : undefined;
}

/** Together they identify a rule: AWS refuses a second one with the same values. */
const RULE_ARGUMENTS = [
  "security_group_id",
  "ip_protocol",
  "from_port",
  "to_port",
  "cidr_ipv4",
  "referenced_security_group_id",
] as const;

function isSameRule(rule: SecurityGroupRule, argument: ResolvedArguments): boolean {
  return RULE_ARGUMENTS.every((name) => String(rule[name] ?? "") === (argument(name) ?? ""));
}
