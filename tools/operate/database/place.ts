import { DATABASE_VARIABLES } from "../../../src/shared/variables";
import type { Line } from "../../shared/terminal/command";

/** Which database a command uses: this checkout's, the one that variables name, or an environment's. */
export type Place = "local" | "direct" | "function" | "data-api";

/** Which database a command line is for. */
export function placeOf(line: Line, env: NodeJS.ProcessEnv): Place {
  if (line.value("env") !== undefined) {
    return line.value("via") === undefined ? "function" : "data-api";
  }
  return Object.values(DATABASE_VARIABLES).some((name) => env[name] !== undefined) ? "direct" : "local";
}
