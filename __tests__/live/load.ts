import { transformSync } from "@swc/core";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import type { Configuration } from "../../tools/develop/docs/generated-files";

const FOLDER = join(__dirname, "..", "..", "src", "config");

/** The files that an edit of the configuration changes. */
export interface Texts {
  readonly environments: string;
  readonly account: string;
}

/** The files as they are. */
export const LIVE: Texts = {
  environments: readFileSync(join(FOLDER, "environments.ts"), "utf8"),
  account: readFileSync(join(FOLDER, "account.ts"), "utf8"),
};

/** Runs the files as synthesis does: without a type-check. */
export function loadConfiguration(texts: Texts): Configuration {
  const account = run(texts.account, {}) as { readonly ACCOUNT: Configuration["account"] };
  const { environments } = run(texts.environments, { "./account": account }) as Pick<Configuration, "environments">;
  return { account: account.ACCOUNT, environments };
}

function run(text: string, modules: Readonly<Record<string, unknown>>): unknown {
  const { code } = transformSync(text, {
    jsc: { parser: { syntax: "typescript" }, target: "es2023" },
    module: { type: "commonjs" },
  });
  const exports = {};
  const load = (name: string): unknown => modules[name];
  const module = compileFunction(code, ["exports", "require"]) as (target: object, from: typeof load) => void;
  module(exports, load);
  return exports;
}
