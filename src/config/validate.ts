import type * as z from "zod/mini";
import type { AwsAccount } from "../shared/aws-account";
import { UserError } from "../shared/user-error";
import { configurationSchema, type EnvironmentConfig } from "./schema";

/**
 * Every problem of a list of environments: the field, what was received and what to do. Empty if there are none.
 *
 * Synthesis bundles the sources without a type-check, so a literal may contain anything.
 *
 * @param environments - the list that is about to be synthesized
 * @param account - that all of them must be in
 */
export function configurationProblems(environments: readonly EnvironmentConfig[], account: AwsAccount): string[] {
  const configuration = { account, environments };
  const result = configurationSchema.safeParse(configuration);
  const problems = (result.error?.issues ?? []).flatMap((issue) => sentences(issue, configuration));
  return [...new Set(problems)];
}

/**
 * Stops synthesis while the configuration has problems.
 *
 * @param environments - the list that is about to be synthesized
 * @param account - that all of them must be in
 * @throws UserError with all problems in one message
 */
export function assertValid(environments: readonly EnvironmentConfig[], account: AwsAccount): void {
  const problems = configurationProblems(environments, account);
  if (problems.length > 0) {
    throw new UserError(
      [
        `The configuration has ${problems.length === 1 ? "a problem" : `${String(problems.length)} problems`}; nothing was synthesized.`,
        ...problems.map((problem) => `  - ${problem}`),
        "Environments are in src/config/environments.ts, each field is explained in docs/configuration.md.",
      ].join("\n"),
    );
  }
}

/** What is checked: the account, and the environments in it. */
interface Configuration {
  readonly account: unknown;
  readonly environments: unknown;
}

/** A problem as sentences: one, or one for each field that does not exist. */
function sentences(issue: z.core.$ZodIssue, configuration: Configuration): string[] {
  const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => `${place(path, configuration)} ${received(path, configuration)}: ${issue.message}`);
}

/** Where a value is: the environment by its name, and the field in it. */
function place([list, index, ...path]: readonly PropertyKey[], configuration: Configuration): string {
  if (list !== "environments" || index === undefined) {
    return dotted([list ?? "", ...(index === undefined ? [] : [index]), ...path]);
  }
  const entry = dotted([list, index]);
  const name = at(["environments", index, "name"], configuration);
  return path.length === 0 ? entry : `${typeof name === "string" && name !== "" ? name : entry}: ${dotted(path)}`;
}

function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${String(part)}]` : `${index > 0 ? "." : ""}${String(part)}`))
    .join("");
}

/** What a value is; JSON has no undefined, no NaN, no Infinity and no functions. */
function received(path: readonly PropertyKey[], configuration: Configuration): string {
  const parent = at(path.slice(0, -1), configuration);
  const value = at(path, configuration);
  if (value === undefined && !Object.hasOwn(Object(parent) as object, path.at(-1) ?? "")) {
    return "is missing";
  }
  const isJson = !["undefined", "number", "bigint"].includes(typeof value);
  return `is ${isJson ? JSON.stringify(value) : String(value)}`;
}

/** The value at a path, undefined where there is none. Inherited ones are none. */
function at(path: readonly PropertyKey[], value: unknown): unknown {
  return path.reduce((within: unknown, part) => {
    const own = typeof within === "object" && within !== null && Object.hasOwn(within, part);
    return own ? (within as Readonly<Record<PropertyKey, unknown>>)[part] : undefined;
  }, value);
}
