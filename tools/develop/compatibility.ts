import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Run } from "../shared/terminal/command";
import { runProgram } from "../shared/process/program";
import { cleaningUp } from "../shared/process/interrupt";
import { PROJECT } from "../shared/terraform/synthesize";

/** Packages that the sources must type-check and synthesize with, besides the pinned ones. */
const CANDIDATES: readonly { readonly title: string; readonly packages: Readonly<Record<string, string>> }[] = [
  {
    title: "the last @cdktf/provider-aws (AWS provider 6.25.0)",
    packages: { "@cdktf/provider-aws": "21.22.1" },
  },
  {
    title: "CDK Terrain, the community successor of cdktf",
    packages: { cdktf: "npm:cdktn@0.24.0" },
  },
  {
    title: "both",
    packages: { "@cdktf/provider-aws": "21.22.1", cdktf: "npm:cdktn@0.24.0" },
  },
];

/** Files that a type-check and a synthesis need. */
const SOURCES = [
  "main.ts",
  "src",
  "tools/build/synth.cjs",
  "tools/build/build-functions.cjs",
  "tools/build/code-cache.cjs",
  "tools/build/explain-failure.cjs",
  "tools/build/token-traces.cjs",
  "tools/build/explain-failure.cjs",
  "tsconfig.json",
  "cdktf.json",
];

/** The commands that must succeed, in order. */
const CHECKS = [
  ["npm", "install", "--no-audit", "--no-fund", "--legacy-peer-deps"],
  ["npx", "tsc", "--project", "tsconfig.json"],
  ["node", "tools/build/synth.cjs"],
] as const;

/** Runs `npm run compatibility`. */
export const run: Run = () =>
  cleaningUp("at once", async (onExit) => {
    let failures = 0;
    for (const { title, packages } of CANDIDATES) {
      const folder = await mkdtemp(join(tmpdir(), "aleenascuisine-compatibility-"));
      onExit(() => rm(folder, { recursive: true, force: true }));
      await copyProject(folder, packages);
      const failure = await check(folder);
      failures += failure === undefined ? 0 : 1;
      console.log(failure === undefined ? `ok      ${title}` : `FAILED  ${title}\n${failure}`);
      await rm(folder, { recursive: true, force: true });
    }
    return failures === 0 ? 0 : 1;
  });

async function copyProject(folder: string, packages: Readonly<Record<string, string>>): Promise<void> {
  for (const source of SOURCES) {
    await cp(join(PROJECT, source), join(folder, source), { recursive: true });
  }
  const manifest = JSON.parse(await readFile(join(PROJECT, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  manifest.dependencies = { ...manifest.dependencies, ...packages };
  // The command-line tool is not checked, and requires its own cdktf.
  delete manifest.devDependencies["cdktf-cli"];
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
}

/** @returns the failed command and its output; undefined if all succeed */
async function check(folder: string): Promise<string | undefined> {
  for (const [command, ...args] of CHECKS) {
    const { code, stdout, stderr } = await runProgram(command, args, { cwd: folder, env: process.env });
    if (code !== 0) {
      return `${[command, ...args].join(" ")}\n${stdout}\n${stderr}`;
    }
  }
  return undefined;
}
