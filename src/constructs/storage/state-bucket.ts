import { Construct } from "constructs";
import { ImportBlock } from "../../terraform/blocks";
import { Bucket } from "./bucket";

/** Days that a superseded state is kept: long enough to notice a mistake and go back. */
const OLD_STATE_DAYS = 180;

/** Inputs of {@link StateBucket}. */
export interface StateBucketProps {
  /** Name of the bucket, and the id that it is imported by. */
  readonly name: string;
}

/**
 * The bucket that holds all Terraform state, its own included. It exists before Terraform runs (`npm run bootstrap`
 * creates it); the permanent import block adopts it, and does nothing once it is in state.
 */
export class StateBucket extends Construct {
  public constructor(scope: Construct, id: string, { name }: StateBucketProps) {
    super(scope, id);
    const bucket = new Bucket(this, "Resource", { name, noncurrentVersionDays: OLD_STATE_DAYS });
    new ImportBlock(this, "Import", bucket.address, name);
  }
}
