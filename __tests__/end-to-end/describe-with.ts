import { MISSING } from "./prerequisites";

/** What a suite needs; `linux` for those that read /proc. */
type Need = keyof typeof MISSING | "linux";

/**
 * A suite that needs what a machine may lack. Where something is missing, the suite is skipped, with the reason in its
 * title.
 *
 * @param needs - what it needs
 */
export function describeWith(needs: readonly Need[], title: string, suite: () => void): void {
  const reasons = needs.flatMap((need) => reasonAgainst(need) ?? []);
  const register = reasons.length === 0 ? describe : describe.skip;
  register(reasons.length === 0 ? title : `${title}: skipped, because ${reasons.join("; ")}`, suite);
}

function reasonAgainst(need: Need): string | undefined {
  if (need === "linux") {
    return process.platform === "linux" ? undefined : "it reads /proc, which only Linux has";
  }
  return process.env[MISSING[need]];
}
