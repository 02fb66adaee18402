import { mkdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { buildFunctions } from "../tools/build/build-functions.cjs";
import { OUTDIR } from "./helpers/app";

/**
 * jest's global setup: the functions' packages, which the configuration names, a folder for apps, and packages that most
 * suites load. jest loads modules again for each suite, so that one file costs much less than a hundred of them.
 */
export default async function globalSetup(): Promise<void> {
  const root = resolve(__dirname, "..");
  await buildFunctions(root);
  mkdirSync(resolve(root, OUTDIR), { recursive: true });
  await buildPackages(root, join(OUTDIR, "packages"));
}

/** @param outdir - is newer than what it is made from, unless it has to be made */
async function buildPackages(root: string, outdir: string): Promise<void> {
  const made = statSync(join(root, outdir, "cdktf.js"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const inputs = [__filename, join(root, "node_modules", ".package-lock.json")];
  if (inputs.every((file) => statSync(file).mtimeMs < made)) {
    return;
  }
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(["cdktf", "zod", "zod/mini"].map((name) => [name, require.resolve(name)])),
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minifyWhitespace: true,
    minifySyntax: true,
    external: ["constructs"],
    logLevel: "error",
  });
}
