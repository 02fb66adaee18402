import { Token } from "cdktf";
import { identityPolicy, type IdentityStatement } from "./policy-document";

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html */
const SID = /^[A-Za-z0-9]+$/;

/** A statement without its effect, which the method's name says. */
type Permission = Omit<IdentityStatement, "Effect">;

/** Inputs of {@link ExternalRole}. */
export interface ExternalRoleProps {
  /** What the role is, in PascalCase. Resource policies name their statements about the role after it. */
  readonly title: string;
  /** ARN of the role. */
  readonly arn: string;
}

/**
 * An IAM role that is created and maintained outside this project, and the identity policy that it needs there.
 * The owner of a resource adds what its user needs. Nothing of it is synthesized.
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

  /** The identity policy that the role needs, as JSON. Complete once the whole stack is constructed. */
  public get policy(): string {
    return identityPolicy(this.statements());
  }

  /**
   * Adds a permission. The policy is written when {@link policy} is read: a list in the statement may still grow.
   *
   * @throws Error when the statement's name is taken or is not a valid Sid, or when an ARN is known only after apply
   */
  public allow(permission: Permission): void {
    this.#add({ ...permission, Effect: "Allow" });
  }

  /** The statements of the policy, in their order. */
  protected statements(): readonly IdentityStatement[] {
    return this.#statements;
  }

  #add({ Sid, Effect, Action, Resource, Condition }: IdentityStatement): void {
    if (!SID.test(Sid)) {
      throw new Error(`"${Sid}" cannot name a statement of ${this.title}: use letters and digits`);
    }
    if (this.#statements.some((statement) => statement.Sid === Sid)) {
      throw new Error(`${this.title} already has a statement "${Sid}": grant a permission once`);
    }
    if (Token.isUnresolved(JSON.stringify([Resource, Condition]))) {
      throw new Error(
        `Statement "${Sid}" of ${this.title} contains a value that Terraform knows only after apply: write the ARN from names`,
      );
    }
    this.#statements.push({ Sid, Effect, Action, Resource, ...(Condition && { Condition }) });
  }
}
