import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { buildFunctions } from "../tools/build/build-functions.cjs";
import { OUTDIR } from "./helpers/app";

/** jest's global setup: the functions' packages, which the configuration names, and a folder for apps. */
export default async function globalSetup(): Promise<void> {
  const root = resolve(__dirname, "..");
  await buildFunctions(root);
  mkdirSync(resolve(root, OUTDIR), { recursive: true });
}
