import type { Review } from "./review";

/**
 * What the reader can do now: one sentence or command a line.
 *
 * @param folder - folder of the stack @default - where synthesis puts it, from the project's folder
 */
export function waysOn({ environment, gate, stack }: Review, folder = `cdktf.out/stacks/${stack}`): string[] {
  const unused = gate.unused.map((address) => `--allow ${address}: nothing is refused of it, so it may be left out.`);
  if (gate.refusals.length === 0) {
    return unused;
  }
  const ours = gate.refusals.filter(({ byTerraform }) => !byTerraform);
  const theirs = gate.refusals.filter(({ byTerraform, tainted }) => byTerraform && tainted !== true);
  const tainted = [...new Set(gate.refusals.filter((refusal) => refusal.tainted).map(({ address }) => address))];
  const addresses = [...new Set([...ours, ...gate.allowed].map(({ address }) => address))];
  return [
    ...unused,
    ...(tainted.length > 0
      ? [
          "Tainted: an apply was interrupted while it was made, and Terraform would make it anew. Look whether it is whole",
          '(docs/operation.md, "A resource is tainted"). If it is, say so to Terraform, and plan again:',
          ...tainted.map((address) => `  terraform -chdir=${folder} untaint ${address}`),
          `  npm run plan -- ${environment}`,
        ]
      : []),
    ...(theirs.length > 0
      ? [
          `Terraform itself refuses to destroy ${[...new Set(theirs.map(({ address }) => address))].join(", ")}: prevent_destroy is set, and planning stopped there.`,
          "If that is not what you meant, mend the configuration. If it is, set protectData to false, plan and apply that first.",
        ]
      : []),
    ...(ours.length > 0
      ? [
          "If that is not what you meant, mend the configuration. If every line is, name what you allow:",
          `  npm run plan -- ${environment} ${addresses.map((address) => `--allow ${address}`).join(" ")}`,
        ]
      : []),
  ];
}
