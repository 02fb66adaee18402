import { PROTECTED_TYPES } from "../../../src/terraform/protection";
import { GUARDS, WEAKENINGS } from "../../operate/review/weakenings";
import { table } from "./markdown";

/** Resource types with data or identity, and what would be lost with them, as a Markdown table. */
export function protectedTypesTable(): string {
  const rows = Object.entries(PROTECTED_TYPES).map(([type, lost]) => [`\`${type}\``, lost]);
  return table([["Resource type", "What would be lost"], ...rows]);
}

/** Protections that no plan may turn off or lower, as a Markdown table. */
export function gateTable(): string {
  const rows = [
    ...WEAKENINGS.map(({ attribute, lost, type }) => [`\`${type}\``, `\`${attribute}\` weakened`, lost]),
    ...GUARDS.map(({ lost, type }) => [`\`${type}\``, "removed while the resource that it protects stays", lost]),
  ];
  return table([["Resource type", "Change", "What would be lost"], ...rows]);
}
