import type { Change } from "./fixtures/plan-mutation";
import { PASSING } from "./mutations-passing";
import { REFUSED } from "./mutations-refused";

/** A change of an applied environment, and what the review must show. */
export interface Mutation extends Change {
  /** What is done, to be read after "refuses" or "lets pass". */
  readonly name: string;
  /** Environment that it starts from: Terraform itself refuses some changes of protected data; elsewhere the gate refuses alone. */
  readonly of: "disposable" | "protected";
  /**
   * Whether the rehearsals plan it as well, so that every run of `npm test` proves the gate: `together` with the others of
   * its kind in one plan, or `alone`, where another one would change what is refused. @default - it is not
   */
  readonly quick?: "together" | "alone";
}

/** A mutation that loses data or identity, weakens a protection or opens access. */
export interface RefusedMutation extends Mutation {
  /** Every refusal: its address, and words of what is lost. */
  readonly refused: readonly (readonly [address: string, lost: string])[];
  /** Addresses that Terraform itself refuses to destroy, so that no allowance helps. @default - none */
  readonly byTerraform?: readonly string[];
}

/** A mutation that does no harm. */
export interface PassingMutation extends Mutation {
  /** Everything that changes, as `address: action`, sorted. */
  readonly changes: readonly string[];
}

export { PASSING, REFUSED };
