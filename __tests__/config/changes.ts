import type { EnvironmentConfig } from "../../src/config/schema";
import { configurationProblems } from "../../src/config/validate";
import { ACCOUNT, dev } from "../fixtures/environments";

/** Fields to change, each section's fields apart. Values are unknown: a check has to survive what types refuse. */
export type Change = {
  readonly [Field in keyof EnvironmentConfig]?: EnvironmentConfig[Field] extends readonly unknown[]
    ? readonly string[]
    : EnvironmentConfig[Field] extends object
      ? { readonly [Inner in keyof EnvironmentConfig[Field]]?: unknown }
      : unknown;
};

/** The fixture, or another environment, with other fields. */
export function changed(change: Change, base: EnvironmentConfig = dev): EnvironmentConfig {
  const fields = Object.entries(change).map(([field, value]) => {
    const isSection = typeof value === "object" && value !== null && !Array.isArray(value);
    return [field, isSection ? { ...(base[field as keyof EnvironmentConfig] as object), ...value } : value];
  });
  return { ...base, ...Object.fromEntries(fields) } as EnvironmentConfig;
}

/** Problems in the account of the fixtures. */
export function problemsOf(environments: readonly EnvironmentConfig[]): string[] {
  return configurationProblems(environments, ACCOUNT);
}

/** A change that must be refused: what is wrong, in which field, and what its message says. */
export type Refused = readonly [title: string, change: Change, field: string, message: string];

/** A change that must be accepted. */
export type Accepted = readonly [title: string, change: Change];

/** Tests that each change has one problem, and that the message names its field. */
export function refuses(rows: readonly Refused[]): void {
  test.each(rows)("fails when %s", (_title, change, field, message) => {
    const config = changed(change);
    const problems = problemsOf([config]);
    expect(problems).toEqual([expect.stringContaining(message)]);
    expect(problems[0]).toMatch(new RegExp(`^${config.name}: ${field.replace(/[[\].]/g, "\\$&")} is `));
  });
}

/** Tests that each change is right. */
export function accepts(rows: readonly Accepted[]): void {
  test.each(rows)("accepts %s", (_title, change) => {
    expect(problemsOf([changed(change)])).toEqual([]);
  });
}
