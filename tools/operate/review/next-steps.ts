import type { Review } from "./review";

/**
 * What the reader can do next: one sentence or command per line.
 *
 * @param folder - folder of the stack @default - the default output folder, relative to the project
 */
export function nextSteps({ environment, gate, stack }: Review, folder = `cdktf.out/stacks/${stack}`): string[] {
  const unused = gate.unused.map((address) => `--allow ${address} is not needed: the gate refuses nothing there.`);
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
          "Tainted: an apply was interrupted while creating it, and Terraform would replace it. Check whether it is complete",
          '(docs/operation.md, "A resource is tainted"). If it is, untaint it and plan again:',
          ...tainted.map((address) => `  terraform -chdir=${folder} untaint ${address}`),
          `  npm run plan -- ${environment}`,
        ]
      : []),
    ...(theirs.length > 0
      ? [
          `Terraform itself refuses to destroy ${[...new Set(theirs.map(({ address }) => address))].join(", ")}: prevent_destroy is set, and planning stopped there.`,
          "If that is not what you want, fix the configuration. If it is, set protectData to false, plan and apply that first.",
        ]
      : []),
    ...(ours.length > 0
      ? [
          "If that is not what you want, fix the configuration. If you want all of it, allow the addresses:",
          `  npm run plan -- ${environment} ${addresses.map((address) => `--allow ${address}`).join(" ")}`,
        ]
      : []),
  ];
}
