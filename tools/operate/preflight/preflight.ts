import type { EnvironmentConfig } from "../../../src/config/schema";
import { UserError } from "../../../src/shared/user-error";
import { checkAccount, type Caller } from "../../shared/aws/account";
import type { Finding, Outcome } from "../../shared/aws/finding";
import { AwsSession } from "../../shared/aws/session";
import type { Check, CheckResult, Kind } from "./check";
import { CHECKS } from "./checks";
import { checkTerraform } from "./terraform-version";

/** Widths of the columns outcome, kind and name; the detail has the rest of the line. */
const WIDTHS = { outcome: 9, kind: 10, name: 22 } as const;

/** @see https://en.wikipedia.org/wiki/ANSI_escape_code#Colors */
const GREEN = 32;
const YELLOW = 33;
const RED = 31;

/** What a preflight works with. */
export interface PreflightOptions {
  readonly config: EnvironmentConfig;
  /** Environment with the caller's AWS settings; Terraform gets the same. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Checks everything that would stop a plan or an apply half-way, and the manual steps of a first deployment. Changes
 * nothing, reads no secret and does not throw: a check that fails to run has a result too.
 */
export async function preflight({ config, env }: PreflightOptions): Promise<readonly CheckResult[]> {
  const session = new AwsSession(config.account, env);
  const terraform = attempt({ name: "Terraform", kind: "blocking", mustBeKnown: true }, checkTerraform, session);
  const account: CheckResult = { name: "account and region", kind: "blocking", ...(await checkAccount(session)) };
  const { caller } = account;
  const others =
    account.outcome === "ok" && caller !== undefined
      ? await Promise.all(CHECKS.map((check) => attempt(check, () => check.run({ config, session, caller }), session)))
      : CHECKS.map(notChecked);
  return [account, await terraform, ...others];
}

/** The caller of the preflight's requests; undefined if AWS did not answer. */
export function callerOf(results: readonly CheckResult[]): Caller | undefined {
  return results.find(({ caller }) => caller !== undefined)?.caller;
}

/**
 * One line per check, followed by the remedy if there is one.
 *
 * @param options - `color`: whether the reader's terminal shows colours
 */
export function renderPreflight(results: readonly CheckResult[], { color }: { readonly color: boolean }): string {
  const indent = " ".repeat(2 + WIDTHS.outcome + WIDTHS.kind);
  const lines = results.flatMap(({ name, kind, outcome, detail, remedy }) => {
    const word = outcome.padEnd(WIDTHS.outcome);
    const shown = color ? `\u001b[${String(colorOf(kind, outcome))}m${word}\u001b[0m` : word;
    const line = `  ${shown}${kind.padEnd(WIDTHS.kind)}${name.padEnd(WIDTHS.name)}${oneLine(detail)}`;
    return remedy === undefined ? [line] : [line, `${indent}→ ${oneLine(remedy)}`];
  });
  return lines.join("\n");
}

/** Failed checks that must be fixed before a plan or an apply. */
export function blockers(results: readonly CheckResult[]): readonly CheckResult[] {
  return results.filter(({ kind, outcome }) => kind === "blocking" && outcome === "failed");
}

/** @throws UserError with every blocking failure and its remedy */
export function requirePassing(results: readonly CheckResult[]): void {
  const found = blockers(results);
  if (found.length > 0) {
    const lines = found.flatMap(({ name, detail, remedy }) => [
      `  - ${name}: ${oneLine(detail)}`,
      ...(remedy === undefined ? [] : [`    → ${oneLine(remedy)}`]),
    ]);
    throw new UserError(["The preflight failed, and nothing was changed:", ...lines].join("\n"));
  }
}

async function attempt(
  { name, kind, mustBeKnown = false }: Omit<Check, "run">,
  run: () => Promise<Finding>,
  session: AwsSession,
): Promise<CheckResult> {
  try {
    return { name, kind, ...(await run()) };
  } catch (error) {
    return { name, kind, outcome: mustBeKnown ? "failed" : "unknown", ...session.explain(error) };
  }
}

function notChecked({ name, kind }: Check): CheckResult {
  return { name, kind, outcome: "unknown", detail: "not checked: it needs credentials of the right account" };
}

function colorOf(kind: Kind, outcome: Outcome): number {
  if (outcome === "ok") {
    return GREEN;
  }
  return outcome === "failed" && kind === "blocking" ? RED : YELLOW;
}

/** Messages from AWS may have line breaks and control characters. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim();
}
