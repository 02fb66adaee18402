import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";

const PROJECT = resolve(__dirname, "..", "..");

/** What commands need, in addition to the packages. */
const SOURCES = ["src", "tools", "package.json", "tsconfig.json"];

/**
 * Creates a test's own checkout, so that the test has its own copy of what commands keep there.
 *
 * @param folder - of the checkout; created with this mode
 * @param copied - scopes of packages that are copied, where a link would lead out of the folder @default - none
 */
export function makeCheckout(
  folder: string,
  { mode, copied = [] }: { mode: number; copied?: readonly string[] },
): void {
  mkdirSync(folder, { mode });
  for (const source of SOURCES) {
    cpSync(join(PROJECT, source), join(folder, source), { recursive: true });
  }
  const packages = join(PROJECT, "node_modules");
  mkdirSync(join(folder, "node_modules"));
  for (const name of readdirSync(packages)) {
    const target = join(folder, "node_modules", name);
    if (copied.includes(name)) {
      cpSync(join(packages, name), target, { recursive: true, verbatimSymlinks: true });
    } else {
      symlinkSync(join(packages, name), target);
    }
  }
}
