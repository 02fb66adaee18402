import { showsColor } from "../../shared/terminal/color";
import type { Run } from "../../shared/terminal/command";
import { environmentNamed } from "../../shared/terminal/environments";
import { blockers, preflight, renderPreflight } from "./preflight";

/** Runs `npm run preflight`. */
export const run: Run = async (line) => {
  const config = environmentNamed(line.word("ENVIRONMENT"));
  const results = await preflight({ config, env: process.env });
  console.log(`Preflight of ${config.name}\n\n${renderPreflight(results, { color: showsColor(process.stdout) })}`);
  return blockers(results).length === 0 ? 0 : 1;
};
