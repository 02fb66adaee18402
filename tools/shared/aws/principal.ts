/**
 * Whom a caller's ARN speaks of. A policy's `aws:PrincipalArn` has the ARN of the user or of the role,
 * never of a role's session.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
export type Principal =
  | { readonly kind: "user"; readonly arn: string }
  /** STS leaves a role's path out. */
  | { readonly kind: "role"; readonly name: string }
  /** Nobody whom the configuration can name. */
  | { readonly kind: "other"; readonly what: string };

/**
 * Reads the ARN that STS gives a caller.
 *
 * @param arn - such as `arn:aws:sts::123456789012:assumed-role/NAME/SESSION`
 */
export function principalOf(arn: string): Principal {
  const [, service = "", resource = ""] = /^arn:[^:]*:(iam|sts)::\d{12}:(.+)$/.exec(arn) ?? [];
  const [type = "", name = ""] = resource.split("/");
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

/**
 * Path and name of a role, as the IAM API wants them.
 *
 * @param arn - of the role itself
 * @returns the path with both its slashes
 */
export function roleOf(arn: string): { readonly path: string; readonly name: string } {
  const [, path = "/", name = ""] = /:role(\/(?:.*\/)?)([^/]+)$/.exec(arn) ?? [];
  return { path, name };
}
