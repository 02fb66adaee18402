import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Lines of the owner's document without emphasis; the first one is line 1. */
const ORIGINAL = read("docs/handover-original.md").replaceAll("**", "").split("\n");

/** A row of a table in docs/handover.md. */
interface Row {
  readonly line: number;
  readonly quote: string;
  readonly files: readonly string[];
  readonly tests: readonly string[];
  readonly deviation: string;
}

const ROWS: readonly Row[] = read("docs/handover.md")
  .split("\n")
  .filter((text) => /^\| \d/.test(text))
  .map((text) => {
    const [, line = "", quote = "", file = "", test = "", deviation = ""] = text
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll("\\|", "|"));
    return { line: Number(line), quote, files: inCode(file), tests: inCode(test), deviation };
  });

function inCode(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
}

test("every line of the handover is covered", () => {
  const lines = ORIGINAL.flatMap((text, i) => (text.trim() === "" || text.startsWith("#") ? [] : [i + 1]));
  expect([...new Set(ROWS.map(({ line }) => line))]).toEqual(lines);
});

test("every quote is in its line", () => {
  expect(ROWS.filter(({ line, quote }) => quote === "" || !ORIGINAL[line - 1]?.includes(quote))).toEqual([]);
});

test("every row names a file, and every path of the page exists", () => {
  expect(ROWS.filter(({ files }) => files.length === 0)).toEqual([]);
  const paths = inCode(read("docs/handover.md")).filter((text) => /^(src|tools|docs|__tests__)\//.test(text));
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test("every row names a test that exists, or says why there is none", () => {
  expect(ROWS.filter(({ tests, deviation }) => tests.length === 0 && deviation === "")).toEqual([]);
  const isTest = (path: string): boolean => path.endsWith(".test.ts") && existsSync(join(ROOT, path));
  expect(ROWS.flatMap(({ tests }) => tests).filter((path) => !isTest(path))).toEqual([]);
});
