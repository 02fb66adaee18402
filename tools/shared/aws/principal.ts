import { parseArn } from "../../../src/shared/arn";

/**
 * The principal behind a caller's ARN. `aws:PrincipalArn` in a policy has the ARN of the user or of the role,
 * never of a role's session.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
export type Principal =
  | { readonly kind: "user"; readonly arn: string }
  /** STS omits the path of a role. */
  | { readonly kind: "role"; readonly name: string }
  /** A caller that the configuration cannot name. */
  | { readonly kind: "other"; readonly what: string };

/**
 * Reads a caller's ARN as STS gives it.
 *
 * @param arn - such as `arn:aws:sts::123456789012:assumed-role/NAME/SESSION`
 */
export function principalOf(arn: string): Principal {
  const { resource = "", service } = parseArn(arn) ?? {};
  const [type, name = ""] = resource.split("/");
  if (service === "iam" && type === "user" && name !== "") {
    return { kind: "user", arn };
  }
  if (service === "sts" && type === "assumed-role" && name !== "") {
    return { kind: "role", name };
  }
  if (service === "iam" && resource === "root") {
    return { kind: "other", what: "the root user" };
  }
  if (service === "sts" && type === "federated-user") {
    return { kind: "other", what: "a federated user" };
  }
  return { kind: "other", what: "neither an IAM user nor a role" };
}
