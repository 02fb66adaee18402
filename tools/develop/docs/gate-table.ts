import { PROTECTED_TYPES } from "../../../src/terraform/protection";
import { GUARDS, WEAKENINGS } from "../../operate/review/weakenings";
import { table } from "./markdown";

/** What holds data or identity, and what is lost with it, as a Markdown table. */
export function protectedTypesTable(): string {
  const rows = Object.entries(PROTECTED_TYPES).map(([type, lost]) => [`\`${type}\``, lost]);
  return table([["Resource type", "Lost when it goes"], ...rows]);
}

/** What the gate refuses to have turned off or down, as a Markdown table. */
export function gateTable(): string {
  const rows = [
    ...WEAKENINGS.map(({ attribute, lost, type }) => [`\`${type}\``, `\`${attribute}\` weakened`, lost]),
    ...GUARDS.map(({ lost, type }) => [`\`${type}\``, "taken away while what it protects stays", lost]),
  ];
  return table([["Resource type", "Change", "Lost"], ...rows]);
}
