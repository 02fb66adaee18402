import { transformSync } from "@swc/core";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { compileFunction } from "node:vm";
import { withoutTokenTraces } from "../../tools/build/token-traces.cjs";
import { Template } from "./template";

const CONSTRUCTS = resolve(__dirname, "..", "..", "src", "constructs");

/** A TypeScript block, and the text up to the next heading or block. */
const BLOCK = /^```ts\n(?<code>.*?)^```\n(?<after>.*?)(?=^```|^#|$(?![\s\S]))/gms;

/** A line of an inventory: type, count and reason. */
const CREATED = /^- `(aws_\w+)` × (\d+): .+$/gm;

/** An example in the README of a folder of constructs. */
export interface ConstructExample {
  /** Folder of the README, and the number of the example in it. */
  readonly name: string;
  /** Absolute path of the folder: imports are relative to it. */
  readonly folder: string;
  /** TypeScript. */
  readonly code: string;
  /** Types that the README lists after the example, each with its count. */
  readonly inventory: Readonly<Record<string, number>>;
}

/** Every TypeScript example of the constructs' READMEs. */
export function constructExamples(): ConstructExample[] {
  return readdirSync(CONSTRUCTS, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("README.md"))
    .sort()
    .flatMap((path) => examplesOf(join(CONSTRUCTS, path)));
}

function examplesOf(readme: string): ConstructExample[] {
  const folder = resolve(readme, "..");
  return [...readFileSync(readme, "utf8").matchAll(BLOCK)].map(({ groups }, index) => ({
    name: `${relative(CONSTRUCTS, folder)}-${String(index + 1)}`,
    folder,
    code: groups?.code ?? "",
    inventory: inventoryOf(groups?.after ?? ""),
  }));
}

function inventoryOf(text: string): Record<string, number> {
  return Object.fromEntries([...text.matchAll(CREATED)].map(([, type = "", count]) => [type, Number(count)]));
}

/**
 * Runs an example as a user would, except that it writes to another folder.
 *
 * @param outdir - absolute path of a folder that exists
 * @returns the folder of its only stack, and what is in it
 * @throws Error when the example has not exactly one stack
 */
export function runExample(
  { code, folder }: ConstructExample,
  outdir: string,
): { readonly stackFolder: string; readonly template: Template } {
  const { code: script } = transformSync(code, {
    jsc: { parser: { syntax: "typescript" }, target: "es2023" },
    module: { type: "commonjs" },
  });
  const run = compileFunction(script, ["require", "exports"]) as (require: NodeJS.Require, exports: object) => void;
  const before = process.env.CDKTF_OUTDIR;
  process.env.CDKTF_OUTDIR = outdir;
  try {
    withoutTokenTraces(() => {
      run(createRequire(join(folder, "README.md")), {});
    });
  } finally {
    restore("CDKTF_OUTDIR", before);
  }
  const [stack, ...others] = readdirSync(join(outdir, "stacks"));
  if (stack === undefined || others.length > 0) {
    throw new Error(`An example has one stack, this one has ${[stack, ...others].join(", ") || "none"}`);
  }
  const stackFolder = join(outdir, "stacks", stack);
  return { stackFolder, template: new Template(readFileSync(join(stackFolder, "cdk.tf.json"), "utf8")) };
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) {
    Reflect.deleteProperty(process.env, name);
  } else {
    process.env[name] = value;
  }
}
