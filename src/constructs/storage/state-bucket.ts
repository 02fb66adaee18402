import { Construct } from "constructs";
import { ImportBlock } from "../../terraform/blocks";
import { Bucket } from "./bucket";

/** Days that a superseded state is kept: long enough to notice, and to go back. */
const OLD_STATE_DAYS = 180;

/** Inputs of {@link StateBucket}. */
export interface StateBucketProps {
  /** Name of the bucket, also the id that it is imported by. */
  readonly name: string;
}

/**
 * The bucket that holds all Terraform state, its own included. `npm run bootstrap` makes it when it is
 * missing; the permanent import block adopts it, and does nothing once state knows it.
 */
export class StateBucket extends Construct {
  public constructor(scope: Construct, id: string, { name }: StateBucketProps) {
    super(scope, id);
    const bucket = new Bucket(this, "Resource", { name, noncurrentVersionDays: OLD_STATE_DAYS, disposable: false });
    new ImportBlock(this, "Import", bucket.address, name);
  }
}
