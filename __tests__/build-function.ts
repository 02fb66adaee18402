import { resolve } from "node:path";
import { buildFunction } from "../tools/build-function.cjs";

/** jest's global setup: the configuration names the function's package, so it has to be there. */
export default async function globalSetup(): Promise<void> {
  await buildFunction(resolve(__dirname, ".."));
}
