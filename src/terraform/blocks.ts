import { ref, TerraformElement, Token } from "cdktf";
import type { Construct } from "constructs";

/**
 * An `ephemeral` block: a value that Terraform reads in each run and writes neither to a plan nor to state. cdktf 0.21
 * has no class for it.
 *
 * @see https://developer.hashicorp.com/terraform/language/block/ephemeral
 */
export class EphemeralBlock extends TerraformElement {
  readonly #type: string;
  readonly #attributes: Readonly<Record<string, unknown>>;

  /**
   * @param type - ephemeral resource type, such as `aws_secretsmanager_random_password`
   * @param attributes - arguments in Terraform's own spelling; may contain tokens
   */
  public constructor(scope: Construct, id: string, type: string, attributes: Readonly<Record<string, unknown>>) {
    super(scope, id, `ephemeral.${type}`);
    this.#type = type;
    this.#attributes = attributes;
  }

  /** One attribute, as a token: cdktf would escape a literal `${...}` in the argument of a function. */
  public getString(attribute: string): string {
    return Token.asString(ref(`ephemeral.${this.#type}.${this.friendlyUniqueId}.${attribute}`, this.cdktfStack));
  }

  public override toTerraform(): unknown {
    return { ephemeral: { [this.#type]: { [this.friendlyUniqueId]: this.#attributes } } };
  }
}

/**
 * A permanent `import` block: the resource is adopted if it is not in state, and left alone if it is. cdktf's
 * `importFrom` would start `terraform version` in each synthesis.
 *
 * @see https://developer.hashicorp.com/terraform/language/block/import
 */
export class ImportBlock extends TerraformElement {
  readonly #to: string;
  readonly #importId: string;

  /**
   * @param to - address of the resource, such as `aws_s3_bucket.StateBucket`
   * @param importId - id by which the provider imports the resource
   */
  public constructor(scope: Construct, id: string, to: string, importId: string) {
    super(scope, id);
    this.#to = to;
    this.#importId = importId;
  }

  public override toTerraform(): unknown {
    return { import: [{ to: this.#to, id: this.#importId }] };
  }
}

/** Inputs of {@link MovedBlock}. */
export interface MovedBlockProps {
  /** Address that state may still have, such as `aws_s3_bucket.InvoicesBucket`. */
  readonly from: string;
  /** Address of the same resource now. */
  readonly to: string;
}

/**
 * A `moved` block: a resource whose address changed is renamed in state, not destroyed and created again. Each
 * resource needs its own; a construct that is renamed has as many as it has resources.
 *
 * @see https://developer.hashicorp.com/terraform/language/block/moved
 */
export class MovedBlock extends TerraformElement {
  readonly #props: MovedBlockProps;

  public constructor(scope: Construct, id: string, props: MovedBlockProps) {
    super(scope, id);
    this.#props = props;
  }

  public override toTerraform(): unknown {
    return { moved: [{ from: this.#props.from, to: this.#props.to }] };
  }
}
