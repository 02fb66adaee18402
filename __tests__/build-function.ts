import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { buildFunction } from "../tools/build-function.cjs";
import { OUTDIR } from "./helpers/app";

/** jest's global setup: the function's package, which the configuration names, and a folder for apps. */
export default async function globalSetup(): Promise<void> {
  const root = resolve(__dirname, "..");
  await buildFunction(root);
  mkdirSync(resolve(root, OUTDIR), { recursive: true });
}
