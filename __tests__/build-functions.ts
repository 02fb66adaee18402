import { mkdirSync } from "node:fs";
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
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(["cdktf", "zod", "zod/mini"].map((name) => [name, require.resolve(name)])),
    outdir: join(OUTDIR, "packages"),
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
