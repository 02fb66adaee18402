import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Aspects, S3Backend, TerraformStack, type TerraformElement, type TerraformOutput } from "cdktf";
import { Node, type Construct } from "constructs";
import type { AwsAccount } from "../shared/aws-account";
import { stackName, stateBucketName } from "../config/names";
import { baselineTags } from "../config/tags";
import { PreventDestroy } from "../terraform/protection";
import { MINIMUM_TERRAFORM } from "../terraform/version";

/** A construct's id, as it is in addresses. Without `_` in it, two paths joined by `_` are never the same. */
const CONSTRUCT_ID = /^[A-Za-z][A-Za-z0-9-]*$/;

/** Inputs of {@link PhaseAStack}. */
export interface PhaseAStackProps {
  /** Account and region of the stack. The provider refuses any other account. */
  readonly account: AwsAccount;
  /** Last part of the stack's name, and the value of the `Env` tag. */
  readonly name: string;
  /** True sets `prevent_destroy` on resources that hold data or identity. */
  readonly protectData: boolean;
}

/**
 * What all stacks share: provider, tags, state, protection, and addresses that a reader of a plan recognizes.
 */
export class PhaseAStack extends TerraformStack {
  public constructor(scope: Construct, { account, name, protectData }: PhaseAStackProps) {
    super(scope, stackName(name));
    this.addOverride("terraform.required_version", `>= ${MINIMUM_TERRAFORM}`);
    new AwsProvider(this, "aws", {
      region: account.region,
      allowedAccountIds: [account.id],
      defaultTags: [{ tags: baselineTags(name) }],
    });
    this.#keepStateIn(account);
    if (protectData) {
      Aspects.of(this).add(new PreventDestroy());
    }
  }

  /**
   * cdktf resolves every element a first time to find references to other stacks, which takes a third of a large
   * synthesis. There are none here: the tests prove it with {@link refuseCrossStackReferences}.
   */
  public override prepareStack(): void {
    // Nothing to prepare.
  }

  /**
   * Resolves every element as cdktf would before a synthesis.
   *
   * @throws Error when an element of this stack refers to one of another stack
   */
  public refuseCrossStackReferences(): void {
    super.prepareStack();
  }

  /**
   * Stacks do not refer to each other: each is planned and applied alone, and reads no other state.
   *
   * @throws Error always: cdktf calls it when another stack refers to an element of this one
   */
  public override registerOutgoingCrossStackReference(identifier: string): TerraformOutput {
    throw new Error(
      `Another stack refers to ${identifier} of ${this.node.id}. Stacks do not refer to each other: pass a name or an ARN that both can compute.`,
    );
  }

  /**
   * Address of an element: the ids on its path, joined by `_`. `Resource` is left out, so the main
   * resource of a construct has the construct's own id: `aws_vpc.VPC`, `aws_kms_key.KmsKey`.
   *
   * @throws Error when an id has other characters than letters, digits and hyphens
   */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = element instanceof Node ? element : element.node;
    const ids = node.scopes
      .slice(node.scopes.indexOf(this) + 1)
      .map((construct) => construct.node.id)
      .filter((id) => id !== "Resource");
    const odd = ids.find((id) => !CONSTRUCT_ID.test(id));
    if (odd !== undefined) {
      throw new Error(`Construct id "${odd}" in ${node.path}: use letters, digits and hyphens, a letter first`);
    }
    return ids.join("_");
  }

  #keepStateIn(account: AwsAccount): void {
    new S3Backend(this, {
      bucket: stateBucketName(account.id),
      key: `${this.node.id}.tfstate`,
      region: account.region,
      encrypt: true,
      allowedAccountIds: [account.id],
    });
    // cdktf 0.21 has no property for the lock file next to the state object.
    this.addOverride("terraform.backend.s3.use_lockfile", true);
  }
}
