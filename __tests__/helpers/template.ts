import { Testing, type App, type TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { testApp } from "./app";
import { ACCOUNT } from "../fixtures/environments";
import { PhaseAStack } from "../../src/stacks/phase-a-stack";
import { withoutTokenTraces } from "../../tools/build/token-traces.cjs";

/** Arguments of a block, as in the synthesized JSON. */
export type Attributes = Readonly<Record<string, unknown>>;

/** A policy document as Terraform is given it. */
export interface Policy {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: string;
    readonly Principal: unknown;
    readonly Action: string | readonly string[];
    readonly Resource?: string | readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  }[];
}

type Blocks = Readonly<Record<string, Readonly<Record<string, Attributes>>>>;

/** A synthesized stack, with the questions that tests ask of it. */
export class Template {
  public readonly json: {
    readonly resource?: Blocks;
    readonly data?: Blocks;
    readonly ephemeral?: Blocks;
    readonly output?: Readonly<Record<string, Attributes>>;
    readonly import?: readonly Attributes[];
    readonly moved?: readonly Attributes[];
    readonly provider: Readonly<Record<string, readonly Attributes[]>>;
    readonly terraform: Attributes;
  };

  /** @param text - synthesized JSON */
  public constructor(public readonly text: string) {
    this.json = JSON.parse(text) as Template["json"];
  }

  /** Addresses of all resources and ephemeral blocks, sorted. */
  public get addresses(): string[] {
    const list = (blocks: Blocks = {}, prefix = ""): string[] =>
      Object.entries(blocks).flatMap(([type, byId]) => Object.keys(byId).map((id) => `${prefix}${type}.${id}`));
    return [
      ...list(this.json.resource),
      ...list(this.json.ephemeral, "ephemeral."),
      ...list(this.json.data, "data."),
    ].sort();
  }

  /** How many resources there are of each type. */
  public get inventory(): Record<string, number> {
    return Object.fromEntries(
      Object.entries(this.json.resource ?? {}).map(([type, byId]) => [type, Object.keys(byId).length]),
    );
  }

  /** Every resource: its address, type and arguments. */
  public get resources(): { address: string; type: string; args: Attributes }[] {
    return Object.entries(this.json.resource ?? {}).flatMap(([type, byId]) =>
      Object.entries(byId).map(([id, args]) => ({ address: `${type}.${id}`, type, args })),
    );
  }

  /** All resources of a type, by id. */
  public ofType(type: string): Readonly<Record<string, Attributes>> {
    return this.json.resource?.[type] ?? {};
  }

  /**
   * The arguments at an address, without cdktf's metadata.
   *
   * @throws Error if there is nothing
   */
  public at(address: string): Attributes {
    const [type = "", id = ""] = address.split(".");
    const found = this.json.resource?.[type]?.[id];
    if (!found) {
      throw new Error(`${address} is not in the template; it has ${this.addresses.join(", ")}`);
    }
    return withoutMetadata(found);
  }

  /**
   * The policy document in an argument.
   *
   * @param argument - its name @default - `policy`
   */
  public policy(address: string, argument = "policy"): Policy {
    return JSON.parse(this.at(address)[argument] as string) as Policy;
  }

  /** One statement of the policy document in an argument. */
  public statement(address: string, sid: string, argument = "policy"): Policy["Statement"][number] {
    const found = this.policy(address, argument).Statement.find(({ Sid }) => Sid === sid);
    if (!found) {
      throw new Error(`${address} has no statement ${sid}`);
    }
    return found;
  }
}

function withoutMetadata(args: Attributes): Attributes {
  return Object.fromEntries(Object.entries(args).filter(([key]) => key !== "//"));
}

/**
 * A stack as it is synthesized, validations and aspects included.
 *
 * @param build - makes the stack
 */
export function synthesized(build: (app: App) => TerraformStack): Template {
  return withoutTokenTraces(() => new Template(Testing.synth(build(testApp()), true)));
}

/**
 * One construct alone, in an otherwise empty stack with this project's addresses.
 *
 * @param build - makes the construct
 * @param protectData - whether the stack is protected @default false
 */
export function constructTemplate(build: (scope: Construct) => void, protectData = false): Template {
  return synthesized((app) => {
    const stack = new PhaseAStack(app, { account: ACCOUNT, name: "test", protectData });
    build(stack);
    return stack;
  });
}
