import { valuesOf, type ParsedStatement } from "./policy";

/**
 * Whether a pattern covers an action, or every action that matches a second pattern.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
export function actionCovers(pattern: string, action: string): boolean {
  const wildcards: Readonly<Record<string, string | undefined>> = { "*": ".*", "?": "[^*]" };
  const expression = pattern.replaceAll(/\W/g, (character) => wildcards[character] ?? `\\${character}`);
  return new RegExp(`^${expression}$`, "i").test(action);
}

/**
 * Whether a pattern covers a resource, or every resource that matches a second pattern. A wildcard matches only within
 * its segment of the ARN, except for a star at the segment's end.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
 */
export function resourceCovers(pattern: string, resource: string): boolean {
  const expression = pattern.replaceAll(/\W/g, (character, offset: number) => {
    const star = /^(:|$)/.test(pattern.slice(offset + 1)) ? ".*" : "[^:]*";
    const wildcards: Readonly<Record<string, string | undefined>> = { "*": star, "?": "[^:*]" };
    return wildcards[character] ?? `\\${character}`;
  });
  return new RegExp(`^${expression}$`).test(resource);
}

/** Whether a statement's actions include an action; with `NotAction`, whether they do not exclude it. */
export function coversAction(statement: ParsedStatement, action: string): boolean {
  const names = (element: "Action" | "NotAction"): boolean =>
    valuesOf(statement, element).some((pattern) => actionCovers(pattern, action));
  return statement.elements.has("NotAction") ? !names("NotAction") : names("Action");
}

/** Whether a statement's resources include a resource; with `NotResource`, whether they do not exclude it. */
export function coversResource(statement: ParsedStatement, resource: string): boolean {
  const names = (element: "Resource" | "NotResource"): boolean =>
    valuesOf(statement, element).some((pattern) => resourceCovers(pattern, resource));
  return statement.elements.has("NotResource") ? !names("NotResource") : names("Resource");
}
