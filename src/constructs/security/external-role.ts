import { Token } from "cdktf";
import { identityPolicy, type IdentityStatement } from "./policy-document";

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html */
const SID = /^[A-Za-z0-9]+$/;

/** Inputs of {@link ExternalRole}. */
export interface ExternalRoleProps {
  /** What the role is, in PascalCase: the first part of its statements' names in the policies of others. */
  readonly title: string;
  /** ARN of the role. */
  readonly arn: string;
}

/**
 * An IAM role that is made and kept outside this project, and the identity policy that it needs there.
 * Constructs ask for what their user needs; nothing of it is synthesized.
 *
 * Source: handover, "Compute & API": "least-privilege policies maintained outside template".
 */
export class ExternalRole {
  /** What the role is; see {@link ExternalRoleProps.title}. */
  public readonly title: string;
  /** ARN of the role. */
  public readonly arn: string;
  readonly #statements: IdentityStatement[] = [];

  public constructor({ title, arn }: ExternalRoleProps) {
    this.title = title;
    this.arn = arn;
  }

  /** The identity policy that the role needs, as JSON. */
  public get policy(): string {
    return identityPolicy(this.#statements);
  }

  /**
   * Asks for a permission.
   *
   * @throws Error when the statement's name is taken or is no Sid, or when an ARN is not known before apply
   */
  public allow(statement: Omit<IdentityStatement, "Effect">): void {
    this.#add("Allow", statement);
  }

  /**
   * Asks that something is refused whatever else the role is allowed.
   *
   * @throws Error when the statement's name is taken or is no Sid, or when an ARN is not known before apply
   */
  public deny(statement: Omit<IdentityStatement, "Effect">): void {
    this.#add("Deny", statement);
  }

  #add(effect: IdentityStatement["Effect"], { Sid, Action, Resource, Condition }: Omit<IdentityStatement, "Effect">) {
    if (!SID.test(Sid)) {
      throw new Error(`"${Sid}" cannot name a statement of ${this.title}: use letters and digits`);
    }
    if (this.#statements.some((statement) => statement.Sid === Sid)) {
      throw new Error(`${this.title} has a statement "${Sid}" already: ask for a permission once`);
    }
    if (Token.isUnresolved(JSON.stringify([Resource, Condition]))) {
      throw new Error(
        `Statement "${Sid}" of ${this.title} names what Terraform knows only after an apply: write the ARN from names`,
      );
    }
    this.#statements.push({ Sid, Effect: effect, Action, Resource, ...(Condition && { Condition }) });
  }
}
